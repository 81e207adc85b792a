import fs from 'node:fs/promises';
import path from 'node:path';
import type { Registry, RegistryEntry } from '@agent-brain/contract/instances';
import { systemCode } from '../files/index.ts';
import { noteServed } from '../shared-storage/index.ts';
import { findByStateDir, findByStateId } from './find-entry.ts';
import { projectIdIn } from './project-id.ts';
import { type RegistryFiles, updateRegistry, type UpdateOptions } from './registry-file.ts';

/** What is known about a project when it is registered. Paths are canonical. */
export interface Registration {
  project_root: string;
  state_dir: string;
  state_id: string;
  mode: RegistryEntry['mode'];
  /** Made with `init --here`. */
  made_here: boolean;
  /** Which directory the root is now, opaque. */
  root_identity?: string;
}

type Clock = Pick<UpdateOptions, 'now' | 'timeoutMs' | 'uid'>;

/** Entries whose root is gone for this long are dropped by `gc`. */
export const MISSING_ROOT_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Puts a project into a registry that is being updated; replaces the entry of the same state id (a project that was
 * moved) and of the same state dir. The project id is decided here: 16 digits when another root has the short one.
 */
export function putRegistration(registry: Registry, registration: Registration, now: Date): RegistryEntry {
  const previous = findByStateId(registry, registration.state_id) ?? findByStateDir(registry, registration.state_dir);
  const { missing_since: _gone, ...known } = previous ?? { first_seen: now.toISOString(), last_started: null };
  const others = registry.entries.filter((entry) => entry.state_id !== registration.state_id && entry.state_dir !== registration.state_dir);
  const keepsRoot = previous?.project_root === registration.project_root;
  const entry: RegistryEntry = {
    ...known,
    ...registration,
    project_id: keepsRoot ? previous.project_id : projectIdIn({ entries: others }, registration.project_root),
    name: path.basename(registration.project_root) || registration.project_root,
  };
  registry.entries = [...others, entry];
  return entry;
}

/** @throws as {@link updateRegistry} */
export async function registerProject(files: RegistryFiles, registration: Registration, options: Clock = {}): Promise<RegistryEntry> {
  const now = options.now ?? (() => new Date());
  const purpose = `register ${registration.project_root}`;
  return (await updateRegistry(files, { ...options, purpose }, (registry) => putRegistration(registry, registration, now()))).value;
}

/**
 * Notes that an instance of this state dir has started, and in which mode it serves the project from now on.
 *
 * @returns false when the registry does not know the state dir
 * @throws as {@link updateRegistry}
 */
export async function noteStart(
  files: RegistryFiles,
  stateDir: string,
  { mode, ...options }: Clock & { mode?: RegistryEntry['mode'] } = {},
): Promise<boolean> {
  const now = options.now ?? (() => new Date());
  const change = { last_started: now().toISOString(), ...(mode === undefined ? {} : { mode }) };
  return await changeEntry(files, stateDir, change, { ...options, purpose: `note the start of ${stateDir}` });
}

/**
 * Notes how the project of this state dir is served; `project`: by the user daemon no longer.
 *
 * @returns false when the registry does not know the state dir
 * @throws as {@link updateRegistry}
 */
export const noteMode = (files: RegistryFiles, stateDir: string, mode: RegistryEntry['mode'], options: Clock = {}): Promise<boolean> =>
  changeEntry(files, stateDir, { mode }, { ...options, purpose: `note the mode of ${stateDir}` });

async function changeEntry(
  files: RegistryFiles,
  stateDir: string,
  change: Partial<Pick<RegistryEntry, 'mode' | 'last_started'>>,
  options: UpdateOptions,
): Promise<boolean> {
  const { value } = await updateRegistry(files, options, async (registry) => {
    const entry = findByStateDir(registry, stateDir);
    if (entry === undefined) return false;
    Object.assign(entry, change);
    // So that the daemon serves the same projects when the registry is lost.
    if (change.mode !== undefined) await noteServed(files.projectsDir, entry, change.mode === 'shared');
    return true;
  });
  return value;
}

/**
 * Removes the entry of a state dir.
 *
 * @returns the entry, or `undefined` when there was none
 * @throws as {@link updateRegistry}
 */
export async function forgetProject(files: RegistryFiles, stateDir: string, options: Clock = {}): Promise<RegistryEntry | undefined> {
  const { value } = await updateRegistry(files, { ...options, purpose: `forget ${stateDir}` }, (registry) => {
    const entry = findByStateDir(registry, stateDir);
    registry.entries = registry.entries.filter((other) => other !== entry);
    return entry;
  });
  return value;
}

export interface GarbageReport {
  /** Entries that were dropped: their root is gone for 30 days. */
  dropped: RegistryEntry[];
  /** Entries that were kept although their root is gone. */
  missing: RegistryEntry[];
}

/**
 * Drops the entries of roots that are gone for 30 days, counted from the first `gc` that found them gone: a disk that
 * is unplugged for a week keeps its projects. A root that is back, or that merely cannot be looked at, is not gone.
 *
 * @throws as {@link updateRegistry}
 */
export async function collectGarbage(files: RegistryFiles, options: Clock & { dryRun?: boolean } = {}): Promise<GarbageReport> {
  const now = (options.now ?? (() => new Date()))();
  const { value } = await updateRegistry(files, { ...options, purpose: 'collect garbage' }, async (registry) => {
    const report: GarbageReport = { dropped: [], missing: [] };
    const kept: RegistryEntry[] = [];
    for (const { missing_since, ...entry } of registry.entries) {
      if (!(await isGone(entry.project_root))) {
        kept.push(entry);
        continue;
      }
      const gone = { ...entry, missing_since: missing_since ?? now.toISOString() };
      const isOld = now.getTime() - Date.parse(gone.missing_since) >= MISSING_ROOT_DAYS * DAY_MS;
      (isOld ? report.dropped : report.missing).push(gone);
      if (!isOld) kept.push(gone);
    }
    if (options.dryRun !== true) registry.entries = kept;
    return report;
  });
  return value;
}

async function isGone(root: string): Promise<boolean> {
  try {
    return !(await fs.stat(root)).isDirectory();
  } catch (error) {
    const code = systemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}
