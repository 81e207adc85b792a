import fs from 'node:fs';
import os from 'node:os';

/** What the system says when there are no more watches; the library puts it into its message. */
const exhausted = new RegExp(
  `\\b(?:ENOSPC|EMFILE)\\b|${os.constants.errno.ENOSPC === 28 ? 'No space left on device|Too many open files' : ''}`,
);

export const isLimitError = (error: unknown): boolean =>
  error instanceof Error && exhausted.test(`${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`);

/** The limits of Linux: of all processes of a user, and of those of a user in a container. */
const limitFiles = {
  'fs.inotify.max_user_watches': '/proc/sys/fs/inotify/max_user_watches',
  'user.max_inotify_watches': '/proc/sys/user/max_inotify_watches',
} as const;

interface Limit {
  readonly name: string;
  readonly value: number;
}

/** The lower of the two limits; undefined where there is none to read. */
export function watchLimit(read: (file: string) => string = (file) => fs.readFileSync(file, 'utf8')): Limit | undefined {
  const limits = Object.entries(limitFiles).flatMap(([name, file]): Limit[] => {
    try {
      const value = Number(read(file).trim());
      return Number.isSafeInteger(value) && value >= 0 ? [{ name, value }] : [];
    } catch {
      return [];
    }
  });
  return limits.toSorted((a, b) => a.value - b.value)[0];
}

const RECOMMENDED = 524_288;

/** Says that the watches ran out, with the value of the limit and what to do. */
export function limitReason(folder: string, limit: Limit | undefined = watchLimit()): string {
  if (limit === undefined) return `the system gives no more file watches for ${folder}; the rest is compared every minute`;
  const raised = Math.max(RECOMMENDED, limit.value * 2);
  return (
    `the system gives no more file watches for ${folder} (${limit.name} = ${limit.value}, shared by all programs of this user); ` +
    `the rest is compared every minute. Raise it: sudo sysctl ${limit.name}=${raised}, ` +
    `and for good a line "${limit.name}=${raised}" in /etc/sysctl.d/60-watches.conf`
  );
}

/** Whether the system gives one more watch. Linux only; elsewhere nothing is used up. */
export function isLimitReached(directory: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    fs.watch(directory, { persistent: false }, () => {}).close();
    return false;
  } catch (error) {
    return isLimitError(error);
  }
}
