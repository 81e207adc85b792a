import fs from 'node:fs';
import { type DaemonPaths, readDaemonEntries } from '@agent-brain/runtime/daemon';
import { cleanStale } from '@agent-brain/runtime/discovery';
import { tryAcquireLock } from '@agent-brain/runtime/locks';
import { isSameProcess } from '@agent-brain/runtime/process';
import { removeRecord } from '@agent-brain/runtime/records';
import {
  type Daemon,
  daemonMarker,
  findDaemon,
  findInstance,
  type FindOptions,
  type Instance,
  type ProcessState,
  type ProjectLocation,
  type ProvenProcess,
} from '../discovery/index.ts';

/** What is started and stopped: the instance of a project, or the user daemon. Both go the same way. */
export interface Subject<Running extends ProvenProcess> {
  /** To begin a sentence: `The instance of /p`. */
  readonly name: string;
  /** Commands that a person is told of, without the program's name. */
  readonly commands: { readonly logs: string; readonly stop: string; readonly restart: string };
  /** Stands among the arguments of the process: by it the process is recognised. */
  readonly marker: string;
  readonly serveArguments: readonly string[];
  readonly lockFile: string;
  readonly startLockFile: string;
  readonly runtimeFile: string;
  readonly logDir: string;
  readonly logFile: string;
  /** Files that a stop in order removes. */
  readonly artifacts: readonly string[];
  find(options: FindOptions): Promise<ProcessState<Running>>;
  /** Removes what a dead one left. */
  clean(): Promise<unknown>;
}

export interface ProjectServe {
  readonly port?: number | undefined;
  /** Said on the command line, so that no file counts. */
  readonly mode?: 'project' | undefined;
}

export function projectSubject(location: ProjectLocation, { port, mode }: ProjectServe = {}): Subject<Instance> {
  const { root, paths } = location;
  return {
    name: `The instance of ${root}`,
    commands: { logs: 'logs', stop: 'stop', restart: 'restart' },
    marker: paths.stateDir,
    serveArguments: [
      '--project-root',
      root,
      '--state-dir',
      paths.stateDir,
      ...(port === undefined ? [] : ['--port', String(port)]),
      ...(mode === undefined ? [] : ['--config-flag', `mode=${mode}`]),
    ],
    lockFile: paths.lockFile,
    startLockFile: paths.startLockFile,
    runtimeFile: paths.runtimeFile,
    logDir: paths.logDir,
    logFile: paths.logFile,
    artifacts: [paths.runtimeFile, paths.pidFile, paths.holderFile],
    async find(options) {
      const found = await findInstance(location, options);
      if (found.state === 'unresponsive' && found.isDaemon === true) throw found.error;
      // The user daemon is no instance of this project alone: whoever stops that one must not stop the daemon.
      return found.state === 'running' && found.instance.mode === 'shared' ? { state: 'stopped' } : found;
    },
    clean: () => cleanStale(paths),
  };
}

export function daemonSubject(paths: DaemonPaths): Subject<Daemon> {
  return {
    name: `The user daemon of ${paths.home}`,
    commands: { logs: 'logs --mode shared', stop: 'stop --mode shared', restart: 'restart --mode shared' },
    marker: daemonMarker(paths),
    serveArguments: ['--shared', '--home', paths.home],
    lockFile: paths.lockFile,
    startLockFile: paths.startLockFile,
    runtimeFile: paths.runtimeFile,
    logDir: paths.logDir,
    logFile: paths.logFile,
    artifacts: [paths.runtimeFile, paths.holderFile],
    find: (options) => findDaemon(paths, options),
    clean: () => cleanDeadDaemon(paths),
  };
}

/** Under the daemon's own lock, so that nothing of a live one is touched; entries only of processes that are gone. */
async function cleanDeadDaemon(paths: DaemonPaths): Promise<void> {
  // A home that is gone has nothing to clean, and no place for the lock.
  if (!fs.existsSync(paths.home)) return;
  const lock = await tryAcquireLock(paths.lockFile, { purpose: 'clean residue', record: false });
  if (lock === undefined) return;
  try {
    for (const file of [paths.runtimeFile, paths.holderFile]) await removeRecord(file);
    for (const { file, record } of await readDaemonEntries(paths)) {
      if (record.state !== 'ok') continue;
      const sameness = await isSameProcess(record.value, { marker: daemonMarker(paths) });
      if (sameness === 'gone' || sameness === 'other') await removeRecord(file);
    }
  } finally {
    await lock.release();
  }
}
