import path from 'node:path';

/** Where everything of the user daemon of one home lies. All paths are absolute (docs/design/instances.md#user-daemon). */
export interface DaemonPaths {
  readonly home: string;
  /** Held by the daemon as long as it lives. */
  readonly lockFile: string;
  readonly holderFile: string;
  /** Taken by clients while they start a daemon. */
  readonly startLockFile: string;
  /** Record of the daemon that holds the lock. */
  readonly runtimeFile: string;
  /** One entry for every daemon process that was started and has not ended in order. */
  readonly entriesDir: string;
  readonly configFile: string;
  readonly logDir: string;
  readonly logFile: string;
  /** Storage of the projects: `<project_id>/{data,queue}` */
  readonly projectsDir: string;
}

/** @param home canonical, as `homePaths` gives it */
export function daemonPaths(home: string): DaemonPaths {
  const inHome = (...parts: string[]): string => path.join(home, ...parts);
  return {
    home,
    lockFile: inHome('daemon.lock'),
    holderFile: inHome('daemon.holder.json'),
    startLockFile: inHome('daemon-start.lock'),
    runtimeFile: inHome('runtime.json'),
    entriesDir: inHome('daemons'),
    configFile: inHome('shared_config.json'),
    logDir: inHome('logs'),
    logFile: inHome('logs', 'daemon.log'),
    projectsDir: inHome('projects'),
  };
}

/** The entry of one daemon process. */
export const daemonEntryFile = (paths: Pick<DaemonPaths, 'entriesDir'>, instanceId: string): string =>
  path.join(paths.entriesDir, `${instanceId}.json`);

const ENTRY_NAME = /^(ab_[0-9a-f]{12})\.json$/;

/** The instance that a file of the entries' directory belongs to; `undefined` for any other file. */
export const entryOwner = (name: string): string | undefined => ENTRY_NAME.exec(name)?.[1];
