import { AgentBrainError } from '@agent-brain/contract/errors';
import { daemonPorts, loadDaemonConfig } from '@agent-brain/runtime/config';
import { keepDaemonEntry, publishDaemon, publishDaemonRecord, readDaemonRecord, withdrawDaemon } from '@agent-brain/runtime/daemon';
import { cleanTemporaries, ensurePrivateDirectory } from '@agent-brain/runtime/files';
import { takeLifetimeLock } from '@agent-brain/runtime/locks';
import { homePaths } from '@agent-brain/runtime/project';
import { removeRecord } from '@agent-brain/runtime/records';
import {
  bindAddress,
  judgeRecord,
  loadHttp,
  logReady,
  made,
  markReady,
  openLog,
  presenceOf,
  reachability,
  type SelfKeeping,
  serviceOf,
  startTicking,
  type Step,
  stopListening,
  unloadMsOf,
} from '../lifecycle/index.ts';
import { newSharedProjects } from '../projects/index.ts';
import { platformSource } from '../watch/index.ts';
import type { Daemon } from './daemon.ts';
import { sweepAtStart } from './sweep.ts';

/** The one list of a daemon's start (docs/design/instances.md#one-list-of-steps). */
export const daemonStartSteps: readonly Step<Daemon>[] = [
  { name: 'lock', run: takeLock, undo: (daemon) => made(daemon, 'lock').release() },
  { name: 'clean-residue', run: cleanResidue },
  { name: 'config', run: configure, undo: (daemon) => daemon.closeLog() },
  { name: 'sweep-orphans', run: sweepAtStart, undo: (daemon) => daemon.endSweep?.() },
  { name: 'restore-projects', run: restoreProjects, undo: (daemon) => made(daemon, 'projects').close(0) },
  { name: 'listen', run: startListening, undo: stopListening },
  { name: 'publish-record', run: publishRecord, undo: (daemon) => withdrawDaemon(daemon.paths, made(daemon, 'record')) },
  { name: 'ready', run: becomeReady },
];

/** The lock decides who the daemon of this home is; nothing of the home is used before. */
async function takeLock(daemon: Daemon): Promise<void> {
  loadHttp(daemon);
  const { environment, options, paths } = daemon;
  await ensurePrivateDirectory(options.home, { uid: environment.uid });
  const { home } = homePaths(environment);
  if (home !== options.home) {
    // Two names of one home would give its daemon two marks by which it is recognised.
    throw new AgentBrainError('ARGUMENT_INVALID', `--home is ${options.home}, which is another name of ${home}`);
  }
  daemon.lock = await takeLifetimeLock(paths.lockFile, { purpose: `serve --shared --home ${home}`, served: home });
}

/** We hold the lock, so the record is a dead daemon's. */
async function cleanResidue({ paths }: Daemon): Promise<void> {
  await removeRecord(paths.runtimeFile);
  for (const directory of [paths.home, paths.entriesDir]) await cleanTemporaries(directory);
}

async function configure(daemon: Daemon): Promise<void> {
  const { environment, options, paths } = daemon;
  const userConfigFile = homePaths(environment).configFile;
  const config = await loadDaemonConfig({ configFile: paths.configFile, userConfigFile, env: environment.env, flags: options.flags });
  bindAddress(config.values.bind_host);
  for (const directory of [paths.logDir, paths.entriesDir]) await ensurePrivateDirectory(directory, { uid: environment.uid });
  await openLog(daemon, { file: paths.logFile, level: config.user.log_level });
  daemon.config = config;
  for (const warning of config.warnings) daemon.log.warn({}, warning);
}

/** Their locks are ours before anybody can ask for them; their indexes are opened when somebody does. */
async function restoreProjects(daemon: Daemon): Promise<void> {
  const { environment, paths, clock, log, instanceId, metrics } = daemon;
  daemon.projects = newSharedProjects({
    environment,
    paths,
    config: made(daemon, 'config'),
    clock,
    log,
    loadWatchSource: platformSource(environment.env, clock),
    unloadAfterMs: unloadMsOf(environment.env),
    instance: { instanceId, baseUrl: () => made(daemon, 'record').base_url },
    onUse: () => void (daemon.lastUseMs = clock.now()),
    onJobEnded: (job) => metrics.observeJob(job),
  });
  await daemon.projects.restore();
}

/** Binding is the only question that is asked of a port. */
async function startListening(daemon: Daemon): Promise<void> {
  const { values, user } = made(daemon, 'config');
  const { openDoor } = await made(daemon, 'http');
  const service = serviceOf(daemon, { projects: made(daemon, 'projects'), allowedHosts: user.allowed_hosts });
  daemon.door = await openDoor(service, { host: bindAddress(values.bind_host), port: daemonPorts(values) });
}

async function publishRecord(daemon: Daemon): Promise<void> {
  daemon.record = { ...(await reachability(daemon)), mode: 'shared', home: daemon.paths.home };
  await publishDaemon(daemon.paths, daemon.record);
}

async function becomeReady(daemon: Daemon): Promise<void> {
  markReady(daemon);
  startTicking(daemon, keeping(daemon));
  made(daemon, 'projects').start();
  logReady(daemon, made(daemon, 'record'));
}

function keeping(daemon: Daemon): SelfKeeping {
  const record = made(daemon, 'record');
  const projects = made(daemon, 'projects');
  return {
    observeServed: () => presenceOf(daemon.paths.home),
    observeRecord: async () => judgeRecord(await readDaemonRecord(daemon.paths), record),
    publish: () => publishDaemonRecord(daemon.paths, record),
    idleStopMinutes: made(daemon, 'config').user.idle_stop_minutes,
    async tidy(nowMs) {
      await projects.tend(nowMs);
      if (await keepDaemonEntry(daemon.paths, record)) daemon.log.warn({}, 'the entry of this daemon was published again');
    },
    isBusy: () => projects.busy(),
  };
}
