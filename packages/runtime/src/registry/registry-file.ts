import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { type Registry, type RegistryEntry, registrySchema } from '@agent-brain/contract/instances';
import { isEarlierRegistry } from '../earlier-programs/index.ts';
import { asWriteError, ensurePrivateDirectory, readBounded } from '../files/index.ts';
import { withLock } from '../locks/index.ts';
import { readRecord, type RecordState, writeRecord } from '../records/index.ts';
import { MAX_REGISTRY_BYTES, provenEntries } from './proven-entries.ts';

/** Where a home keeps its registry. `HomePaths` has these. */
export interface RegistryFiles {
  readonly home: string;
  readonly registryFile: string;
  readonly registryLockFile: string;
  /** What the user daemon keeps of its projects. */
  readonly projectsDir: string;
}

export interface RegistryRead {
  registry: Registry;
  /** What a user should know: the registry could not be used. */
  warnings: string[];
}

export interface UpdateOptions {
  /** What the lock is held for, for people. */
  purpose: string;
  /** Longest wait for `registry.lock`. Default 10 000. */
  timeoutMs?: number;
  now?: () => Date;
  /** The user that the home must belong to. Default: that of this process. */
  uid?: number;
}

const empty = (): Registry => ({ schema_version: 1, entries: [] });

/**
 * The registry file that is ours: another one beside `registry.json` where that belongs to the Python program of this
 * name, which may still need it, and after that one is gone.
 */
async function readOwn(files: RegistryFiles): Promise<{ file: string; read: RecordState<Registry>; note?: string }> {
  const { registryFile } = files;
  const read = await readRecord(registryFile, registrySchema, { maxBytes: MAX_REGISTRY_BYTES });
  const isEarlier = read.state === 'corrupt' && (await isOfEarlierProgram(registryFile));
  if (read.state !== 'missing' && !isEarlier) return { file: registryFile, read };
  const file = path.join(files.home, OWN_NAME);
  const own = await readRecord(file, registrySchema, { maxBytes: MAX_REGISTRY_BYTES });
  if (own.state !== 'missing') return { file, read: own };
  if (!isEarlier) return { file: registryFile, read };
  const note = `${registryFile} belongs to the Python program agent-brain and is left as it is; the projects of this program are kept in ${file} (docs/coming-from.md)`;
  return { file, read: own, note };
}

const OWN_NAME = 'registry.own.json';
/** What the registry said last; read when it is lost or damaged. */
const COPY_NAME = 'registry.copy.json';

async function isOfEarlierProgram(file: string): Promise<boolean> {
  const content = await readBounded(file, { maxBytes: MAX_REGISTRY_BYTES });
  if (content.state !== 'ok') return false;
  try {
    return isEarlierRegistry(JSON.parse(content.text));
  } catch {
    return false;
  }
}

/**
 * The registry as it is now. One that is lost or damaged has the projects that the user daemon's own records prove; one that
 * is unreadable or was written by a newer version counts as empty. Each with a warning: reading changes nothing.
 */
export async function readRegistry(files: RegistryFiles): Promise<RegistryRead> {
  const found = await readOwn(files).catch((error: Error) => error);
  if (found instanceof Error) return { registry: empty(), warnings: [`The registry is not used: ${found.message}`] };
  const { file, read, note } = found;
  if (note !== undefined) return { registry: empty(), warnings: [note] };
  if (read.state === 'ok') return { registry: read.value, warnings: [] };
  if (read.state === 'unsupported_version')
    return {
      registry: empty(),
      warnings: [`The registry ${file} is not used: its version ${read.version} is newer than this program`],
    };
  const { registry, known } = await recover(files).catch((error: Error) => ({ registry: empty(), known: `; ${error.message}` }));
  if (read.state === 'corrupt') return { registry, warnings: [`The registry ${file} is not used: ${read.reason}${known}`] };
  return { registry, warnings: known === '' ? [] : [`The registry ${file} is gone${known}`] };
}

/**
 * @returns the projects that the copy of the registry and the records of the user daemon prove, and words about them for the end of a sentence
 * @throws AgentBrainError FILE_UNREADABLE
 */
async function recover({ home, projectsDir }: RegistryFiles): Promise<{ registry: Registry; known: string }> {
  const entries = await provenEntries({ projectsDir, copyFile: path.join(home, COPY_NAME) });
  const projects = entries.length === 1 ? 'the project' : `the ${entries.length} projects`;
  const known = entries.length === 0 ? '' : `; other records in ${home} prove ${projects} ${listed(entries)}`;
  return { registry: { schema_version: 1, entries }, known };
}

const MAX_NAMED = 5;

const listed = (entries: readonly RegistryEntry[]): string => {
  const names = entries.slice(0, MAX_NAMED).map(({ name }) => name);
  return [...names, ...(entries.length > MAX_NAMED ? ['…'] : [])].join(', ');
};

/**
 * Changes the registry under `registry.lock` (docs/design/instances.md#registry). `change` edits the registry it is
 * given; it is written only when something differs, and not at all when `change` throws.
 *
 * A damaged registry is set aside as `registry.corrupt-<time>.json`, with a warning, and begun anew like one that is gone:
 * with the projects that its copy and the user daemon's own records prove.
 *
 * @throws AgentBrainError LOCK_TIMEOUT, LOCK_UNSUPPORTED, RECORD_UNSUPPORTED_VERSION, STATE_DIR_UNSAFE,
 *   STATE_DIR_NOT_WRITABLE, DISK_FULL, FILE_UNREADABLE, FILE_UNWRITABLE; whatever `change` throws
 */
export async function updateRegistry<T>(
  files: RegistryFiles,
  options: UpdateOptions,
  change: (registry: Registry) => T | Promise<T>,
): Promise<{ value: T; warnings: string[] }> {
  await ensurePrivateDirectory(files.home, { uid: options.uid ?? process.getuid?.() ?? -1 });
  const lock = { purpose: options.purpose, ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }) };
  return await withLock(files.registryLockFile, lock, async () => {
    const { file, registry, before, warnings } = await readForUpdate(files, (options.now ?? (() => new Date()))());
    const value = await change(registry);
    if (JSON.stringify(registry) !== before) {
      await writeRecord(file, registrySchema, registry);
      // The registry is written and counts. A copy that cannot be written now is written with the next change.
      await writeRecord(path.join(files.home, COPY_NAME), registrySchema, registry).catch(() => {});
    }
    return { value, warnings };
  });
}

/** @returns with what the file says, as one text, before any change */
async function readForUpdate(files: RegistryFiles, now: Date): Promise<RegistryRead & { file: string; before: string }> {
  const { file, read, note } = await readOwn(files);
  if (read.state === 'ok') return { file, registry: read.value, before: JSON.stringify(read.value), warnings: [] };
  if (read.state === 'unsupported_version') {
    // Beginning anew would make every project of this user look like a stranger's.
    throw new AgentBrainError(
      'RECORD_UNSUPPORTED_VERSION',
      `Cannot change ${file} — its version ${read.version} is newer than this program`,
      {
        data: { file, version: read.version },
      },
    );
  }
  const { registry, known } = await recover(files);
  const before = JSON.stringify(empty());
  if (read.state === 'missing') {
    const gone = known === '' || note !== undefined ? [] : [`The registry ${file} was gone and is begun anew${known}`];
    return { file, registry, before, warnings: note === undefined ? gone : [note] };
  }
  const aside = await setAside(file, now);
  return {
    file,
    registry,
    before,
    warnings: [`The registry was damaged (${read.reason}); it was set aside as ${aside} and begun anew${known}`],
  };
}

async function setAside(file: string, now: Date): Promise<string> {
  const { dir, name, ext } = path.parse(file);
  const aside = path.join(dir, `${name}.corrupt-${fileTime(now)}${ext}`);
  try {
    await fs.rename(file, aside);
  } catch (error) {
    throw asWriteError(error, `set aside ${file}`, file);
  }
  return aside;
}

/** `2026-01-31T12-00-00-123Z`: sorts by time, and no file system objects to it. */
const fileTime = (time: Date): string => time.toISOString().replaceAll(/[:.]/g, '-');
