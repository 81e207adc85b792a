import fs from 'node:fs/promises';
import path from 'node:path';
import { findInstance, type InstanceState, locateProject, type ProjectLocation } from '@agent-brain/client/discovery';
import { type AgentBrainError, asAgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import { runtimeRecordSchema, stateIdsOf, stateRecordSchema } from '@agent-brain/contract/instances';
import type { Status } from '@agent-brain/contract/status';
import { loadConfig } from '@agent-brain/runtime/config';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { runGit } from '@agent-brain/runtime/git';
import { type Environment, homePaths } from '@agent-brain/runtime/project';
import { readRecord } from '@agent-brain/runtime/records';
import { findByStateId, readRegistry } from '@agent-brain/runtime/registry';
import { judgeSilence, Late, type Load } from './busy-machine.ts';
import type { Facts, PlaceFact } from './facts.ts';
import { type Attempt, lookAtShared, readDaemonConfig, slowLookMs } from './gather-daemon.ts';
import { isSetAside } from '../removal/index.ts';
import { lookAtVolumes } from './volumes.ts';

export interface GatherOptions {
  readonly environment: Environment;
  readonly project: string | undefined;
  readonly signal: AbortSignal;
  /** Of the machine, now. Default: what the system says. */
  readonly load?: Load;
}

/** Longest look at anything that could hang: an instance, git, a file system. */
const lookMs = 1_000;
/** The report as a whole stays below 3 s. */
const allMs = 2_800;
/** Looks at everything at once. What cannot be seen becomes a failure; nothing is thrown and nothing changed. */
export async function gatherFacts(options: GatherOptions): Promise<Facts> {
  const { environment } = options;
  const failures: string[] = [];
  const undetermined: string[] = [];
  const begunAt = performance.now();
  const attempt: Attempt = async (what, fallback, look, withinMs) => {
    try {
      return await withinTime(look(), withinMs);
    } catch (error) {
      if (error instanceof Late) undetermined.push(what);
      else
        failures.push(`Could not look at ${what}: ${isAgentBrainError(error) || error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  };

  const gitAnswer = attempt<Facts['git']>('git', unknown, () => gitVersion(environment));
  const { location, locationError } = await locate(options);
  const paths = location?.paths;
  const { home } = homePaths(environment);
  const stopped: InstanceState = { state: 'stopped' };
  const sharedLook = lookAtShared(options, attempt);
  const [git, inotify, record, instance, config, trust, places, volumes] = await Promise.all([
    gitAnswer,
    attempt('inotify', { max_user_watches: null, max_user_instances: null }, inotifyLimits),
    attempt('the runtime record', noRecord, () => lookAtRecord(paths?.runtimeFile)),
    attempt<Facts['instance']>(
      'the instance',
      unknown,
      async () => (location === null ? stopped : await lookAtInstance(location, options)),
      slowLookMs,
    ),
    attempt('the configuration', { ignoredKeys: [], configError: null, isShared: false }, () => readConfig(environment, paths?.configFile)),
    attempt('the origin of the state', { setAside: [], isForeign: false }, () => judgeOrigin(environment, location)),
    attempt('permissions', [], () => lookAtPlaces(home, location)),
    attempt('disks', [], () =>
      lookAtVolumes([[home, 'The home'], ...(paths === undefined ? [] : [[paths.stateDir, 'The state directory'] as const])]),
    ),
  ]);
  const shared = await sharedLook;
  const leftMs = Math.max(1, Math.min(lookMs * 1.2, allMs - (performance.now() - begunAt)));
  const status = await attempt('the index', null, () => askStatus(instance, leftMs, options.signal), leftMs);
  return {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    uid: environment.uid,
    git,
    home,
    inotify,
    location,
    locationError,
    ...record,
    instance,
    ...shared,
    daemonExpected: record.pointerHome !== null || config.isShared ? 'it serves this project' : null,
    status,
    places,
    volumes,
    failures,
    undetermined,
    ignoredKeys: config.ignoredKeys,
    configError: config.configError,
    ...trust,
  };
}

const unknown = { state: 'unknown' } as const;
const noRecord: Pick<Facts, 'record' | 'pointerHome'> = { record: 'unknown', pointerHome: null };

/** The record of the project, and the home that it names when it is a pointer. */
async function lookAtRecord(runtimeFile: string | undefined): Promise<Pick<Facts, 'record' | 'pointerHome'>> {
  if (runtimeFile === undefined) return { record: 'missing', pointerHome: null };
  const record = await readRecord(runtimeFile, runtimeRecordSchema);
  const pointer = record.state === 'ok' && record.value.mode === 'shared' ? record.value : undefined;
  return { record: record.state, pointerHome: pointer === undefined ? null : path.resolve(pointer.home) };
}

async function locate({ environment, project }: GatherOptions): Promise<Pick<Facts, 'location' | 'locationError'>> {
  try {
    return { location: await locateProject(environment, { project }), locationError: null };
  } catch (error) {
    return { location: null, locationError: asAgentBrainError(error) };
  }
}

/** What speaks a newer language, or stands behind a link, is found by a check; the look itself has not failed. */
async function lookAtInstance(location: ProjectLocation, { signal, load }: GatherOptions): Promise<InstanceState> {
  try {
    const found = await findInstance(location, { timeoutMs: lookMs, signal, readOnly: true });
    if (found.state === 'unresponsive' && found.isSilent === true) await judgeSilence(found.pid, load);
    return found;
  } catch (error) {
    if (!isAgentBrainError(error)) throw error;
    if (error.code === 'STATE_DIR_UNSAFE') return { state: 'stopped' };
    if (error.code !== 'RECORD_UNSUPPORTED_VERSION') throw error;
    const { pid } = error.data ?? {};
    return { state: 'unresponsive', pid: typeof pid === 'number' ? pid : null, error };
  }
}

async function withinTime<T>(look: Promise<T>, ms = lookMs * 1.2): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Late(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([look, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function gitVersion({ env, platform }: Environment): Promise<string | null> {
  const answer = await runGit(['--version'], { env, platform, timeoutMs: lookMs });
  if (answer.state === 'timeout') throw new Late(`git did not answer within ${lookMs} ms`);
  return answer.state === 'ok' ? (/\d+(?:\.\d+)+/.exec(answer.output)?.[0] ?? null) : null;
}

async function inotifyLimits(): Promise<Facts['inotify']> {
  const read = async (name: string): Promise<number | null> => {
    const text = await fs.readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').catch(() => '');
    return /^\d+\s*$/.test(text) ? Number(text) : null;
  };
  return { max_user_watches: await read('max_user_watches'), max_user_instances: await read('max_user_instances') };
}

async function readConfig(
  environment: Environment,
  projectConfigFile: string | undefined,
): Promise<{ ignoredKeys: Facts['ignoredKeys']; configError: AgentBrainError | null; isShared: boolean }> {
  try {
    const config = await loadConfig({ home: homePaths(environment), projectConfigFile, env: environment.env });
    await readDaemonConfig(environment);
    return { ignoredKeys: config.ignored, configError: null, isShared: projectConfigFile !== undefined && config.values.mode === 'shared' };
  } catch (error) {
    if (isAgentBrainError(error) && error.kind === 'usage') return { ignoredKeys: [], configError: error, isShared: false };
    throw error;
  }
}

async function judgeOrigin(environment: Environment, location: ProjectLocation | null): Promise<Pick<Facts, 'setAside' | 'isForeign'>> {
  if (location === null) return { setAside: [], isForeign: false };
  const [names, state, { registry }] = await Promise.all([
    fs.readdir(location.paths.stateDir).catch((): string[] => []),
    readRecord(location.paths.stateFile, stateRecordSchema),
    readRegistry(homePaths(environment)),
  ]);
  const setAside = names.filter(isSetAside).toSorted();
  // Without state.json there is only something to distrust when something else is there.
  const hasState = names.some((name) => ['data', 'queue', 'runtime.json'].includes(name));
  const isKnown = state.state === 'ok' && stateIdsOf(state.value).some((id) => findByStateId(registry, id) !== undefined);
  return { setAside, isForeign: (state.state !== 'missing' || hasState) && !isKnown };
}

async function lookAtPlaces(home: string, location: ProjectLocation | null): Promise<PlaceFact[]> {
  const wanted: [string, string][] = [[home, 'The home'], [path.join(home, 'registry.json'), 'The registry'], ...daemonPlaces(home)];
  if (location !== null) {
    const { stateDir, stateFile, runtimeFile, holderFile, lockFile, startLockFile, dataDir, logDir } = location.paths;
    wanted.push(
      [stateDir, 'The state directory'],
      [stateFile, 'The state record'],
      [runtimeFile, 'The runtime record'],
      [holderFile, 'The holder record'],
      [lockFile, 'The lock file'],
      [startLockFile, 'The lock file'],
      [dataDir, 'The index'],
      [logDir, 'The log directory'],
    );
  }
  const found = await Promise.all(wanted.map(([file, what]) => lookAtPlace(file, what)));
  return found.filter((place) => place !== undefined);
}

function daemonPlaces(home: string): [string, string][] {
  const { runtimeFile, holderFile, lockFile, startLockFile, entriesDir, projectsDir } = daemonPaths(home);
  return [
    [runtimeFile, 'The record of the daemon'],
    [holderFile, 'The holder record of the daemon'],
    [lockFile, 'The lock file of the daemon'],
    [startLockFile, 'The lock file of the daemon'],
    [entriesDir, 'The directory of daemons'],
    [projectsDir, 'The storage of projects'],
  ];
}

async function lookAtPlace(file: string, what: string): Promise<PlaceFact | undefined> {
  try {
    const stats = await fs.lstat(file);
    return { path: file, what, isLink: stats.isSymbolicLink(), isDirectory: stats.isDirectory(), mode: stats.mode & 0o777, uid: stats.uid };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** An instance that ends, or answers others first, is no failure of the doctor. @throws Late */
async function askStatus(found: Facts['instance'], timeoutMs: number, signal: AbortSignal): Promise<Status | null> {
  if (found.state !== 'running' || !found.instance.isCompatible) return null;
  try {
    return await found.instance.connect().call('status', { query: {} }, { timeoutMs, signal });
  } catch (error) {
    if (isAgentBrainError(error) && ['INSTANCE_NO_ANSWER', 'INSTANCE_NOT_RUNNING'].includes(error.code)) throw new Late(error.message);
    throw error;
  }
}
