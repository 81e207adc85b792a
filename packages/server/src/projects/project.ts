import type { ConfigValues } from '@agent-brain/contract/config';
import type { WatcherStatus } from '@agent-brain/contract/status';
import type { Engine, EngineStatus } from '@agent-brain/search/engine';
import type { JobQueue, QueueStats } from '../jobs/index.ts';
import type { ProjectWatch } from '../watch/index.ts';

/** One project in memory: its index, its jobs, what keeps it fresh, and the configuration both were made with. */
export interface Project {
  readonly id: string;
  /** Canonical. */
  readonly root: string;
  readonly stateDir: string;
  readonly config: ConfigValues;
  readonly engine: Engine;
  readonly queue: JobQueue;
  /** Keeps the index fresh. */
  readonly watch: Pick<ProjectWatch, 'start' | 'close' | 'status' | 'pendingFiles' | 'caughtUp'>;
}

/** How a project stands, in memory or not. */
export interface ProjectFacts {
  readonly id: string;
  readonly root: string;
  readonly stateDir: string;
  readonly index: EngineStatus;
  readonly jobs: QueueStats;
  readonly watcher: WatcherStatus;
  readonly pendingFiles: number;
}

/** From values in memory only. */
export const factsOf = ({ id, root, stateDir, engine, queue, watch }: Project): ProjectFacts => ({
  id,
  root,
  stateDir,
  index: engine.status(),
  jobs: queue.stats(),
  watcher: watch.status(),
  pendingFiles: watch.pendingFiles,
});

/** How a project stands that is not in memory. @param index as it was left on disk */
export const factsOfUnloaded = (
  { id, root, stateDir }: Pick<Project, 'id' | 'root' | 'stateDir'>,
  index: ProjectFacts['index'],
): ProjectFacts => ({ id, root, stateDir, index, jobs: noJobs, watcher: unwatched, pendingFiles: 0 });

const noJobs: ProjectFacts['jobs'] = {
  runningJobId: null,
  progressPercent: null,
  filesRemaining: 0,
  queued: 0,
  listeners: 0,
  trouble: null,
};

const unwatched: ProjectFacts['watcher'] = {
  state: 'off',
  reason: 'the project is not in memory; its files are compared when it is asked',
  folders: 0,
  batches: 0,
  files_updated: 0,
  last_update_at: null,
  last_compared_at: null,
};
