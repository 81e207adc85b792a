import { AgentBrainError } from '@agent-brain/contract/errors';
import { projectRuntimeRecordSchema } from '@agent-brain/contract/instances';
import { loadConfig } from '@agent-brain/runtime/config';
import { keepEntry, removeResidue } from '@agent-brain/runtime/discovery';
import { ensurePrivateDirectory } from '@agent-brain/runtime/files';
import { takeLifetimeLock } from '@agent-brain/runtime/locks';
import { homePaths, keepUnstaged, prepareStateDir, projectPaths } from '@agent-brain/runtime/project';
import { readRecord } from '@agent-brain/runtime/records';
import { noteStart, readRegistry } from '@agent-brain/runtime/registry';
import { openProject, settleMove } from '../projects/index.ts';
import { guardStateDir, platformSource } from '../watch/index.ts';
import { publish, withdraw } from './artifacts.ts';
import { bindAddress } from './bind-host.ts';
import type { Instance } from './instance.ts';
import { made } from './lifecycle.ts';
import { loadHttp, reachability, stopListening } from './listening.ts';
import { openLog } from './open-log.ts';
import { logReady, markReady } from './ready.ts';
import { serviceOf } from './service-of.ts';
import type { Step } from './steps.ts';
import { judgeRecord, presenceOf, type SelfKeeping, startTicking } from './tick.ts';

/** Whoever waits for the start goes first; what is made ready for the next order comes after it. */
const BREATH_MS = 100;

/** The one list of a start (docs/design/instances.md#one-list-of-steps). */
export const startSteps: readonly Step<Instance>[] = [
  { name: 'lock', run: takeLock, undo: (instance) => made(instance, 'lock').release() },
  { name: 'clean-residue', run: cleanResidue },
  { name: 'config', run: configure, undo: (instance) => instance.closeLog() },
  { name: 'open-store', run: openStore, undo: closeStore },
  { name: 'recover-queue', run: recoverQueue, undo: closeQueues },
  { name: 'listen', run: startListening, undo: stopListening },
  { name: 'publish-record', run: publishRecord, undo: (instance) => withdraw(made(instance, 'paths'), made(instance, 'record')) },
  { name: 'ready', run: becomeReady },
];

/** Trust is decided before anything in the state dir is used; the lock decides who uses it. */
async function takeLock(instance: Instance): Promise<void> {
  loadHttp(instance);
  const { projectRoot, stateDir } = instance.options;
  const { registry } = await readRegistry(homePaths(instance.environment));
  const prepared = await prepareStateDir(projectPaths(projectRoot, instance.environment, { registry }), instance.environment);
  if (prepared.paths.stateDir !== stateDir) {
    throw new AgentBrainError(
      'ARGUMENT_INVALID',
      `--state-dir is ${stateDir}, but the state of ${projectRoot} lies in ${prepared.paths.stateDir}`,
    );
  }
  instance.lock = await takeLifetimeLock(prepared.paths.lockFile, { purpose: `serve ${projectRoot}`, served: projectRoot });
  instance.prepared = prepared;
}

/** We hold the lock, so whatever an instance left here is a dead one's. */
async function cleanResidue(instance: Instance): Promise<void> {
  await removeResidue(made(instance, 'prepared').paths);
}

async function configure(instance: Instance): Promise<void> {
  const { environment, options } = instance;
  const home = homePaths(environment);
  const { paths: prepared, warnings, setAside } = made(instance, 'prepared');
  const loaded = await loadConfig({ home, projectConfigFile: prepared.configFile, env: environment.env, flags: options.flags });
  const config = loaded.values;
  if (config.mode === 'shared')
    throw new AgentBrainError(
      'MODE_UNAVAILABLE',
      `The configuration of ${options.projectRoot} says mode "shared" — the user daemon serves it, not an instance of its own`,
    );
  bindAddress(config.bind_host);
  const { registry } = await readRegistry(home);
  const paths = projectPaths(options.projectRoot, environment, { registry, config });
  for (const directory of [paths.dataDir, paths.logDir]) await ensurePrivateDirectory(directory, { uid: environment.uid });
  await openLog(instance, { file: paths.logFile, level: config.log_level });
  instance.config = config;
  instance.paths = paths;
  for (const ignored of loaded.ignored) instance.log.warn({ ...ignored }, 'a configuration key is ignored');
  for (const warning of [...warnings, ...loaded.warnings]) instance.log.warn({}, warning);
  if (setAside.length > 0) instance.log.warn({ set_aside: setAside }, 'files that did not come from here were set aside');
}

async function openStore(instance: Instance): Promise<void> {
  const { clock, log, environment, metrics } = instance;
  const project = await openProject({
    paths: made(instance, 'paths'),
    config: made(instance, 'config'),
    clock,
    log,
    uid: environment.uid,
    env: environment.env,
    loadWatchSource: platformSource(environment.env, clock),
    onUse: () => void (instance.lastUseMs = clock.now()),
    onJobEnded: (job) => metrics.observeJob(job),
  });
  instance.project.set(project);
}

async function closeStore(instance: Instance): Promise<void> {
  for (const { engine } of instance.project.loaded()) await engine.close();
}

/** Jobs of an earlier process wait until this one is ready: a start that fails must not have begun any. */
async function recoverQueue(instance: Instance): Promise<void> {
  for (const { queue } of instance.project.loaded()) await queue.recover();
}

async function closeQueues(instance: Instance): Promise<void> {
  for (const { queue } of instance.project.loaded()) await queue.close(0);
}

async function startListening(instance: Instance): Promise<void> {
  const { bind_host, port, allowed_hosts } = made(instance, 'config');
  const { openDoor } = await made(instance, 'http');
  const service = serviceOf(instance, { projects: instance.project, allowedHosts: allowed_hosts });
  instance.door = await openDoor(service, { host: bindAddress(bind_host), port });
}

async function publishRecord(instance: Instance): Promise<void> {
  const paths = made(instance, 'paths');
  instance.record = {
    ...(await reachability(instance)),
    mode: 'project',
    project_root: paths.root,
    project_id: paths.projectId,
  };
  await publish(paths, instance.record, instance.environment.uid);
}

function becomeReady(instance: Instance): void {
  markReady(instance);
  startTicking(instance, keeping(instance));
  guard(instance);
  for (const { queue, watch, engine } of instance.project.loaded()) {
    queue.start();
    watch.start();
    instance.clock.after(BREATH_MS, () => engine.expectRun());
  }
  logReady(instance, made(instance, 'record'));
  const { stateDir } = made(instance, 'paths');
  // Neither is worth a later ready, nor a failed start.
  instance.startNoted = noteStart(homePaths(instance.environment), stateDir, { mode: 'project' }).then(
    () => undefined,
    (error: unknown) => instance.log.warn({ err: error }, 'the registry does not know of this start'),
  );
  if (made(instance, 'prepared').moved) {
    const moved = instance.project.loaded().map((project) => settleMove(project, made(instance, 'paths'), instance.log));
    Promise.all(moved).catch((error: unknown) => instance.log.error({ err: error }, 'the moved project could not be verified again'));
  }
}

function guard(instance: Instance): void {
  const { stateDir } = made(instance, 'paths');
  const onRefused = (error: unknown): void => instance.log.warn({ err: error, state_dir: stateDir }, 'the state dir is not watched');
  instance.stopGuarding = guardStateDir(stateDir, { clock: instance.clock, onChange: () => instance.lookSoon?.(), onRefused });
}

function keeping(instance: Instance): SelfKeeping {
  const paths = made(instance, 'paths');
  const record = made(instance, 'record');
  const { uid } = instance.environment;
  return {
    observeServed: () => presenceOf(paths.root),
    observeRecord: async () => judgeRecord(await readRecord(paths.runtimeFile, projectRuntimeRecordSchema), record),
    publish: () => publish(paths, record, uid),
    async tidy() {
      for (const warning of await keepUnstaged(paths, { uid })) instance.log.debug({}, warning);
      if (await keepEntry(paths, record, uid)) instance.log.warn({}, 'the entry of this instance in the home was published again');
    },
    idleStopMinutes: made(instance, 'config').idle_stop_minutes,
    isBusy: () => instance.project.loaded().some((project) => project.queue.busy),
  };
}
