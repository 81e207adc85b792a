import type { Job } from '@agent-brain/contract/jobs';
import type { LoadedDaemonConfig } from '@agent-brain/runtime/config';
import type { DaemonPaths } from '@agent-brain/runtime/daemon';
import type { Environment } from '@agent-brain/runtime/project';
import type { Clock } from '../clock/index.ts';
import type { JobLog } from '../jobs/index.ts';
import type { Fairness } from './open-project.ts';
import type { WatchSource } from '../watch/index.ts';

export interface SharedProjectsOptions {
  readonly environment: Environment;
  readonly paths: Pick<DaemonPaths, 'home' | 'projectsDir'>;
  readonly config: LoadedDaemonConfig;
  readonly clock: Clock;
  readonly log: ProjectLog;
  readonly loadWatchSource: () => Promise<WatchSource>;
  /** Without use; then a project leaves the memory. */
  readonly unloadAfterMs: number;
  readonly instance: {
    readonly instanceId: string;
    /** Asked for once it listens. */
    baseUrl(): string;
  };
  /** The daemon is in use: a project is asked, or a job or a change came. */
  readonly onUse: () => void;
  readonly onJobEnded: (job: Readonly<Job>) => void;
}

/** With what the projects of one daemon share. */
export interface ProjectSurroundings extends SharedProjectsOptions {
  readonly fairness: Fairness;
}

export interface ProjectLog extends JobLog {
  debug(fields: object, message: string): void;
}

/** Lines about a project say which. */
export const logOf = (log: ProjectLog, projectId: string): ProjectLog => {
  const of = (level: keyof ProjectLog) => (fields: object, message: string) => log[level]({ project_id: projectId, ...fields }, message);
  return { debug: of('debug'), info: of('info'), warn: of('warn'), error: of('error') };
};
