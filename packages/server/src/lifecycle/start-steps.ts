import { AgentBrainError } from '@agent-brain/contract/errors';
import { PRODUCT_VERSION, PROTOCOL_VERSION } from '@agent-brain/contract/version';
import { loadConfig } from '@agent-brain/runtime/config';
import { removeResidue } from '@agent-brain/runtime/discovery';
import { ensurePrivateDirectory } from '@agent-brain/runtime/files';
import { type FileLock, readHolder, tryAcquireLock } from '@agent-brain/runtime/locks';
import { createLogger } from '@agent-brain/runtime/log';
import { isSameProcess, selfIdentity } from '@agent-brain/runtime/process';
import { homePaths, prepareStateDir, projectPaths } from '@agent-brain/runtime/project';
import { noteStart, readRegistry } from '@agent-brain/runtime/registry';
import { openProject } from '../projects/index.ts';
import { parcelSource } from '../watch/index.ts';
import { publish, withdraw } from './artifacts.ts';
import { bindAddress } from './bind-host.ts';
import { type Instance, made } from './instance.ts';
import { settleMove } from './settle-move.ts';
import { serviceOf } from './service-of.ts';
import type { Step } from './steps.ts';
import { startTicking } from './tick.ts';

/** The one list of a start (contract: instances, "One list of steps"). */
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
  // A third of a start is loading the HTTP door. It goes on while these steps wait for the disk.
  instance.http = import('../http/index.ts');
  instance.http.catch(() => {});
  const { projectRoot, stateDir } = instance.options;
  const { registry } = await readRegistry(homePaths(instance.environment));
  const prepared = await prepareStateDir(projectPaths(projectRoot, instance.environment, { registry }), instance.environment);
  if (prepared.paths.stateDir !== stateDir) {
    throw new AgentBrainError(
      'ARGUMENT_INVALID',
      `--state-dir is ${stateDir}, but the state of ${projectRoot} lies in ${prepared.paths.stateDir}`,
    );
  }
  const lock = await lockUnlessServed(prepared.paths.lockFile, `serve ${projectRoot}`);
  if (lock === undefined) throw await alreadyRunning(prepared.paths.lockFile, projectRoot);
  instance.lock = lock;
  instance.prepared = prepared;
}

/** Longest wait for a client that cleans up after a dead instance, which it does under this lock. */
const CLEANING_MS = 2_000;

/** Whoever serves the project says so in the holder record; who holds the lock without one is about to give it back. */
async function lockUnlessServed(lockFile: string, purpose: string): Promise<FileLock | undefined> {
  const deadline = performance.now() + CLEANING_MS;
  for (;;) {
    const lock = await tryAcquireLock(lockFile, { purpose });
    if (lock !== undefined || performance.now() >= deadline) return lock;
    const holder = await readHolder(lockFile);
    const sameness = holder.state === 'ok' ? await isSameProcess(holder.value) : 'gone';
    if (sameness === 'same' || sameness === 'unknown') return undefined;
  }
}

async function alreadyRunning(lockFile: string, root: string): Promise<AgentBrainError> {
  const holder = await readHolder(lockFile);
  const pid = holder.state === 'ok' ? holder.value.pid : undefined;
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new AgentBrainError('INSTANCE_ALREADY_RUNNING', `${root} is already served by ${who}, which holds ${lockFile}`, {
    data: { lock_file: lockFile, ...(pid === undefined ? {} : { pid }) },
  });
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
    throw new AgentBrainError('MODE_UNAVAILABLE', `The configuration of ${options.projectRoot} says mode "shared"`);
  bindAddress(config.bind_host);
  const { registry } = await readRegistry(home);
  const paths = projectPaths(options.projectRoot, environment, { registry, config });
  for (const directory of [paths.dataDir, paths.logDir]) await ensurePrivateDirectory(directory, { uid: environment.uid });
  const { logger, close } = await createLogger({
    target: { file: paths.logFile },
    level: config.log_level,
    context: { instance_id: instance.instanceId, version: PRODUCT_VERSION },
  });
  instance.log = logger;
  instance.closeLog = close;
  instance.config = config;
  instance.paths = paths;
  for (const ignored of loaded.ignored) logger.warn({ ...ignored }, 'a configuration key is ignored');
  for (const warning of [...warnings, ...loaded.warnings]) logger.warn({}, warning);
  if (setAside.length > 0) logger.warn({ set_aside: setAside }, 'files that did not come from here were set aside');
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
    loadWatchSource: parcelSource,
    onUse: () => void (instance.lastUseMs = clock.now()),
    onJobEnded: (job) => metrics.observeJob(job),
  });
  instance.projects.add(project);
}

async function closeStore(instance: Instance): Promise<void> {
  for (const project of instance.projects.all()) await project.engine.close();
}

/** Jobs of an earlier process wait until this one is ready: a start that fails must not have begun any. */
async function recoverQueue(instance: Instance): Promise<void> {
  for (const { queue } of instance.projects.all()) await queue.recover();
}

async function closeQueues(instance: Instance): Promise<void> {
  for (const { queue } of instance.projects.all()) await queue.close(0);
}

async function startListening(instance: Instance): Promise<void> {
  const { bind_host, port } = made(instance, 'config');
  const { openDoor } = await made(instance, 'http');
  instance.door = await openDoor(serviceOf(instance), { host: bindAddress(bind_host), port });
}

async function stopListening(instance: Instance): Promise<void> {
  const door = made(instance, 'door');
  const closed = door.close();
  door.closeConnections();
  await closed;
}

async function publishRecord(instance: Instance): Promise<void> {
  const paths = made(instance, 'paths');
  const { address } = made(instance, 'door');
  const { authority } = await made(instance, 'http');
  const { pid, startedAt } = await selfIdentity();
  instance.record = {
    schema_version: 1,
    mode: 'project',
    project_root: paths.root,
    project_id: paths.projectId,
    instance_id: instance.instanceId,
    base_url: `http://${authority(address)}`,
    bind_host: address.host,
    port: address.port,
    pid,
    process_started_at: startedAt,
    started_at: new Date(instance.clock.now()).toISOString(),
    version: PRODUCT_VERSION,
    protocol_version: PROTOCOL_VERSION,
    token: instance.token,
  };
  await publish(paths, instance.record);
}

function becomeReady(instance: Instance): void {
  instance.readyAtMs = instance.clock.now();
  instance.lastUseMs = instance.readyAtMs;
  instance.metrics.startupSeconds = performance.now() / 1000;
  startTicking(instance);
  for (const { queue, watch } of instance.projects.all()) {
    queue.start();
    watch.start();
  }
  const { base_url, pid } = made(instance, 'record');
  instance.log.info({ base_url, pid, startup_ms: Math.round(performance.now()), start_ms: instance.startMs }, 'ready');
  const { stateDir } = made(instance, 'paths');
  // Neither is worth a later ready, nor a failed start.
  instance.startNoted = noteStart(homePaths(instance.environment), stateDir).then(
    () => undefined,
    (error: unknown) => instance.log.warn({ err: error }, 'the registry does not know of this start'),
  );
  if (made(instance, 'prepared').moved) {
    settleMove(instance).catch((error: unknown) => instance.log.error({ err: error }, 'the moved project could not be verified again'));
  }
}
