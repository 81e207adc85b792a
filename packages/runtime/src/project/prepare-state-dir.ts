import { randomBytes } from 'node:crypto';
import path from 'node:path';
import {
  type Registry,
  type RegistryEntry,
  stateIdsOf,
  MAX_OTHER_STATE_IDS,
  type StateRecord,
  stateRecordSchema,
} from '@agent-brain/contract/instances';
import { cleanTemporaries, removeFile } from '../files/index.ts';
import { probeLock, readHolder } from '../locks/index.ts';
import { isSameProcess } from '../process/index.ts';
import { readRecord, writeRecord } from '../records/index.ts';
import { putRegistration, updateRegistry } from '../registry/index.ts';
import { isOutdated, type TrackedState, trackedState } from './checked-out-entries.ts';
import type { Environment } from './environment.ts';
import { homePaths } from './home-paths.ts';
import { judgeStateDir, rootIdentity } from './judge-state-dir.ts';
import { keepGitignore, keepUnstaged } from './keep-unstaged.ts';
import { MadeThings } from './made-things.ts';
import { pruneSetAside } from './prune-set-aside.ts';
import { defaultStateDir, type ProjectPaths, withProjectId } from './project-paths.ts';
import { keepExternalData, leaveBehind, nothingSetAside } from './set-aside.ts';
import { isUnsafe, stateDirEntries, type StateDirEntry, tightenFiles } from './state-dir-entries.ts';
import { refuseUnsafePlace } from './state-dir-place.ts';

export interface PrepareOptions {
  /** Default: as it was, `project` for a new one. */
  mode?: 'project' | 'shared';
  /** `init --here`. Default: as it was, false for a new one. */
  madeHere?: boolean;
  now?: () => Date;
  /** 32 hex digits. Default: random ones. */
  newId?: () => string;
  /** Longest wait for the registry. Default 10 000. */
  timeoutMs?: number;
}

export interface PreparedStateDir {
  /** With the project id under which it is registered now. */
  paths: ProjectPaths;
  stateId: string;
  /** False when what was found came from somewhere else and was set aside. */
  trusted: boolean;
  /** True when there was nothing of value before. */
  created: boolean;
  /** The files had another path when they were indexed: compare their content. True until `confirmMove`. */
  moved: boolean;
  /** Where things were moved to, absolute; empty when nothing was. */
  setAside: string[];
  /** What a user should know, each a sentence. */
  warnings: string[];
}

/**
 * Makes a state dir ready for use and decides whether what lies in it can be trusted (docs/design/instances.md#state-directory,
 * docs/design/instances.md#trust). Call it before taking `agent-brain.lock`, in every program that starts or becomes an instance:
 *
 * - makes the directories (0700), keeps them out of what git stages, takes away what others may do with the files;
 * - sets aside what the registry does not know, what git has checked out, and links or FIFOs in place of our files; all that
 *   is left alone while an instance serves it, which no clone can bring along;
 * - registers the project, or notes that it has moved and cleans what its last instance left.
 *
 * After a failure nothing that it made is left, but the rule in git's `info/exclude`. Two at once are safe: the registry's lock is held meanwhile. A kill
 * between writing `state.json` and the registry leaves an id that nobody knows; the next call replaces it.
 *
 * @throws AgentBrainError STATE_DIR_UNSAFE, STATE_DIR_TAKEN, STATE_DIR_NOT_WRITABLE, DISK_FULL, FILE_UNREADABLE,
 *   FILE_UNWRITABLE, RECORD_UNSUPPORTED_VERSION, PROJECT_PATH_MISSING, LOCK_TIMEOUT, LOCK_UNSUPPORTED
 */
export async function prepareStateDir(
  paths: ProjectPaths,
  environment: Environment,
  options: PrepareOptions = {},
): Promise<PreparedStateDir> {
  await refuseUnsafePlace(paths, environment);
  const made = new MadeThings(environment.uid);
  try {
    if (paths.stateDir === defaultStateDir(paths.root)) await made.sharedDirectory(path.dirname(paths.stateDir));
    await made.directory(paths.stateDir);
    // Before anything else lies in it, and before the registry's lock: `.git` may be slow, or hostile.
    const unstaged = await made.file(paths.gitignoreFile, () => keepUnstaged(paths, environment));
    const timeout = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
    const update = { purpose: `prepare ${paths.stateDir}`, uid: environment.uid, ...timeout };
    for (let attempt = 1; ; attempt++) {
      // Files of the repository are read before the lock, which every project of this user waits for.
      const tracked = await trackedState(paths, environment.platform);
      const { value, warnings } = await updateRegistry(homePaths(environment), update, async (registry) => {
        if (attempt < MAX_ATTEMPTS && (await isOutdated(tracked))) return undefined;
        return await prepareUnderLock({ paths, environment, registry, made, options, tracked });
      });
      if (value !== undefined) return { ...value, warnings: [...unstaged, ...warnings, ...value.warnings] };
    }
  } catch (error) {
    await made.remove();
    throw error;
  }
}

/**
 * Notes that the files of a moved project were compared with the index. Until then every `prepareStateDir` says
 * `moved`, also after a crash.
 *
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, DISK_FULL, FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function confirmMove(paths: ProjectPaths): Promise<void> {
  const state = await readRecord(paths.stateFile, stateRecordSchema);
  if (state.state !== 'ok' || state.value.project_root === paths.root) return;
  await writeRecord(paths.stateFile, stateRecordSchema, { ...state.value, project_root: paths.root });
}

/** Git was at work while the lock was waited for; after so many times what was read first has to do. */
const MAX_ATTEMPTS = 3;

interface Preparation {
  paths: ProjectPaths;
  environment: Environment;
  registry: Registry;
  made: MadeThings;
  options: PrepareOptions;
  tracked: TrackedState;
}

async function prepareUnderLock({ paths, environment, registry, made, options, tracked }: Preparation): Promise<PreparedStateDir> {
  const now = (options.now ?? (() => new Date()))();
  const found = await stateDirEntries(paths.stateDir);
  const judgement = await judgeStateDir(paths, registry, found, environment.uid);
  const isHeld = isLockHeld(paths, found, environment.uid);
  const isServed = isHeld && (judgement.kind === 'ours' || judgement.kind === 'moved' || (await hasLivingHolder(paths)));
  const left = isServed ? nothingSetAside : await leaveBehind(paths, environment, judgement, found, { tracked, now });

  const isKept = !left.names.includes('state.json') && (isServed || judgement.kind !== 'unknown');
  const known = isKept && 'state' in judgement ? judgement.state : undefined;
  const removed = judgement.kind === 'new' ? judgement.entry : undefined;
  const others = judgement.kind === 'unknown' && judgement.state !== undefined ? stateIdsOf(judgement.state) : [];
  const state = await keepState(paths, known, { made, options, now, removed, others });
  const mode = options.mode ?? ('entry' in judgement ? (judgement.entry?.mode ?? 'project') : 'project');
  const { state_id, made_here } = state;
  const identity = await rootIdentity(paths.root);
  const registration = { project_root: paths.root, state_dir: paths.stateDir, state_id, made_here, mode };
  const entry = putRegistration(registry, { ...registration, ...(identity === undefined ? {} : { root_identity: identity }) }, now);

  const registered = withProjectId(paths, entry.project_id);
  const moved = state.project_root !== paths.root;
  if (judgement.kind === 'moved' && !isHeld)
    await keepExternalData(withProjectId(paths, judgement.entry.project_id).dataDir, registered.dataDir);
  await makeRest(registered, made);
  await pruneSetAside(paths.stateDir, await stateDirEntries(paths.stateDir), now);
  if (moved && !isHeld) await cleanLastInstance(paths);
  return {
    paths: registered,
    stateId: state_id,
    trusted: isServed || (judgement.kind !== 'unknown' && judgement.kind !== 'copied'),
    created: judgement.kind === 'new',
    moved,
    setAside: left.setAside,
    warnings: left.warnings,
  };
}

/** A hard-linked lock (`cp -al`) may be held by an instance of the other copy. */
function isLockHeld(paths: ProjectPaths, found: readonly StateDirEntry[], uid: number): boolean {
  const lock = found.find((entry) => entry.name === 'agent-brain.lock');
  return lock !== undefined && !isUnsafe(lock, uid) && lock.stats.nlink === 1 && probeLock(paths.lockFile) === 'held';
}

/**
 * A clone cannot hold a lock, but a client that cleans up what the clone brought along does so for a moment. Only an
 * instance leaves a record of itself, with a start time that nobody can foresee.
 */
async function hasLivingHolder(paths: ProjectPaths): Promise<boolean> {
  const holder = await readHolder(paths.lockFile);
  return holder.state === 'ok' && (await isSameProcess(holder.value)) === 'same';
}

/** A moved project keeps its old root in `state.json` until `confirmMove`. */
async function keepState(
  paths: ProjectPaths,
  known: StateRecord | undefined,
  {
    made,
    options,
    now,
    removed,
    others,
  }: {
    made: MadeThings;
    options: PrepareOptions;
    now: Date;
    removed: RegistryEntry | undefined;
    /** Another home may know the state dir by these; here they prove nothing. */
    others: readonly string[];
  },
): Promise<StateRecord> {
  const made_here = options.madeHere ?? known?.made_here ?? removed?.made_here ?? false;
  if (known?.made_here === made_here) return known;
  const newId = options.newId ?? (() => randomBytes(16).toString('hex'));
  const fresh = {
    schema_version: 1 as const,
    state_id: removed?.state_id ?? `s_${newId()}`,
    project_root: paths.root,
    created_at: now.toISOString(),
    ...(others.length === 0 ? {} : { other_ids: others.slice(0, MAX_OTHER_STATE_IDS) }),
  };
  const state: StateRecord = { ...(known ?? fresh), made_here };
  await made.file(paths.stateFile, () => writeRecord(paths.stateFile, stateRecordSchema, state));
  return state;
}

async function makeRest(paths: ProjectPaths, made: MadeThings): Promise<void> {
  // Again: what was in its place has been set aside.
  await made.file(paths.gitignoreFile, async () => void (await keepGitignore(paths.gitignoreFile)));
  for (const directory of [paths.dataDir, paths.logDir, path.dirname(paths.queueFile)]) await made.directory(directory);
  await tightenFiles(paths.stateDir, await stateDirEntries(paths.stateDir));
  await cleanTemporaries(paths.stateDir);
}

async function cleanLastInstance(paths: ProjectPaths): Promise<void> {
  for (const file of [paths.runtimeFile, paths.holderFile, paths.pidFile]) await removeFile(file);
}
