import fs from 'node:fs';
import os from 'node:os';

/** What the system says when there are no more watches; the library puts it into its message. */
const exhausted = new RegExp(
  `\\b(?:ENOSPC|EMFILE)\\b|${os.constants.errno.ENOSPC === 28 ? 'No space left on device|Too many open files' : ''}`,
);

export const isLimitError = (error: unknown): boolean => error instanceof Error && exhausted.test(textOf(error));

/** The limits of Linux: of all processes of a user, and of those of a user in a container. */
const watchFiles = {
  'fs.inotify.max_user_watches': '/proc/sys/fs/inotify/max_user_watches',
  'user.max_inotify_watches': '/proc/sys/user/max_inotify_watches',
} as const;
const instanceFiles = {
  'fs.inotify.max_user_instances': '/proc/sys/fs/inotify/max_user_instances',
  'user.max_inotify_instances': '/proc/sys/user/max_inotify_instances',
} as const;

interface Limit {
  readonly name: string;
  readonly value: number;
  /** To set it to, at least. */
  readonly recommended: number;
}

type Read = (file: string) => string;

/** The lower of the two limits of watches; undefined where there is none to read. */
export const watchLimit = (read?: Read): Limit | undefined => lowest(watchFiles, 524_288, read);

function lowest(
  files: Readonly<Record<string, string>>,
  recommended: number,
  read: Read = (file) => fs.readFileSync(file, 'utf8'),
): Limit | undefined {
  const limits = Object.entries(files).flatMap(([name, file]): Limit[] => {
    try {
      const value = Number(read(file).trim());
      return Number.isSafeInteger(value) && value >= 0 ? [{ name, value, recommended }] : [];
    } catch {
      return [];
    }
  });
  return limits.toSorted((a, b) => a.value - b.value)[0];
}

/** Says which limit was reached, with its value and what to do. @param what is not watched */
export function limitReason(what: string, error: unknown, limit: Limit | undefined = reachedLimit(error)): string {
  if (limit === undefined) return `the system gives no more file watches for ${what}; the rest is compared every minute`;
  const raised = Math.max(limit.recommended, limit.value * 2);
  return (
    `the system gives no more file watches for ${what} (${limit.name} = ${limit.value}, shared by all programs of this user); ` +
    `the rest is compared every minute. Raise it: sudo sysctl ${limit.name}=${raised}, ` +
    `and for good a line "${limit.name}=${raised}" in /etc/sysctl.d/60-watches.conf`
  );
}

/** ENOSPC is said of watches, EMFILE of the queues that programs read them from. */
function reachedLimit(error: unknown): Limit | undefined {
  return /\bEMFILE\b|Too many open files/.test(textOf(error)) ? lowest(instanceFiles, 1_024) : watchLimit();
}

const textOf = (error: unknown): string =>
  error instanceof Error ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}` : String(error);
