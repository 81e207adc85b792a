import { constants, type Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { asWriteError, systemCode } from '../files/index.ts';

/** What we keep in a state dir, and as what. Everything else in there is not ours. */
const kinds = new Map<string, 'file' | 'directory'>(
  Object.entries({
    '.gitignore': 'file',
    'config.json': 'file',
    'state.json': 'file',
    'runtime.json': 'file',
    'agent-brain.lock': 'file',
    'agent-brain.holder.json': 'file',
    'agent-brain.pid': 'file',
    'start.lock': 'file',
    'start.holder.json': 'file',
    queue: 'directory',
    data: 'directory',
    logs: 'directory',
  }),
);

/** Whatever its case: on macOS and Windows `Data` is what `data` opens. */
const kindOf = (name: string): 'file' | 'directory' | undefined => kinds.get(name.toLowerCase());

/** May come with a clone: the configuration's safe keys count, and the other is written anew. */
export const committedNames: readonly string[] = ['config.json', '.gitignore'];

const lockNames: readonly string[] = ['agent-brain.lock', 'start.lock'];
const setAsidePattern = /^(?:untrusted|copied)-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z(?:-\d+)?$/;
const temporaryPattern = /^\..*\.tmp$/;

/** When a folder of this name was set aside, in milliseconds; `undefined` for any other name. */
export function setAsideTime(name: string): number | undefined {
  const [, date, hours, minutes, seconds, milliseconds] = setAsidePattern.exec(name) ?? [];
  const time = date === undefined ? Number.NaN : Date.parse(`${date}T${hours}:${minutes}:${seconds}.${milliseconds}Z`);
  return Number.isNaN(time) ? undefined : time;
}

export interface StateDirEntry {
  readonly name: string;
  readonly stats: Stats;
  /** An empty directory is what an interrupted first start leaves. */
  readonly isEmptyDirectory: boolean;
}

/** Everything in the state dir, links not followed. @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE */
export async function stateDirEntries(stateDir: string): Promise<StateDirEntry[]> {
  try {
    const names = await fs.readdir(stateDir);
    const entries = await Promise.all(names.map((name) => entryAt(stateDir, name)));
    return entries.filter((entry) => entry !== undefined);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw asWriteError(error, `list ${stateDir}`, stateDir);
  }
}

async function entryAt(stateDir: string, name: string): Promise<StateDirEntry | undefined> {
  const file = path.join(stateDir, name);
  try {
    const stats = await fs.lstat(file);
    return { name, stats, isEmptyDirectory: stats.isDirectory() && (await fs.readdir(file)).length === 0 };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined; // removed since the listing: a temporary file, a record
    throw error;
  }
}

/** Whether the name is one that Agent Brain gives, now or while it writes. */
export const isOurName = (name: string): boolean => kindOf(name) !== undefined || setAsidePattern.test(name) || temporaryPattern.test(name);

/**
 * Whether nothing good can stand behind one of our names: a link (to `/etc`), a FIFO in place of a file, something of
 * another user. Git and archives bring such things into a directory that was fine before.
 *
 * @param uid negative: not checked
 */
export function isUnsafe({ name, stats }: StateDirEntry, uid: number): boolean {
  const kind = kindOf(name);
  if (kind === undefined) return false;
  const isOfKind = kind === 'file' ? stats.isFile() : stats.isDirectory();
  return !isOfKind || (uid >= 0 && stats.uid !== uid);
}

/** What must leave a state dir that came from somewhere else: all but what may be committed, and harmless lock files. */
export function isForeign(entry: StateDirEntry, uid: number): boolean {
  if (isUnsafe(entry, uid)) return true;
  if (committedNames.includes(entry.name)) return false;
  if (setAsidePattern.test(entry.name)) return !entry.stats.isDirectory();
  // A hard-linked lock file (`cp -al`) is somebody else's lock.
  if (lockNames.includes(entry.name)) return entry.stats.size > 0 || entry.stats.nlink > 1;
  return true;
}

/**
 * Takes away what others may do with our files. What a link in place of one leads to is not ours to change: while an
 * instance serves the state dir, links are not set aside.
 *
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE
 */
export async function tightenFiles(stateDir: string, entries: readonly StateDirEntry[]): Promise<void> {
  for (const entry of entries) {
    const { name, stats } = entry;
    const isPrivate = kindOf(name) !== undefined && !committedNames.includes(name) && !isUnsafe(entry, -1);
    if (!isPrivate || (stats.mode & 0o077) === 0 || process.platform === 'win32') continue;
    const file = path.join(stateDir, name);
    await tighten(file).catch((error: unknown) => {
      const code = systemCode(error);
      // It is gone meanwhile, or replaced by a link.
      if (code !== 'ENOENT' && code !== 'ELOOP') throw asWriteError(error, `tighten the permissions of ${file}`, stateDir);
    });
  }
}

async function tighten(file: string): Promise<void> {
  const handle = await fs.open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await handle.chmod((await handle.stat()).mode & 0o700);
  } finally {
    await handle.close();
  }
}
