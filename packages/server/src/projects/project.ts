import type { ConfigValues } from '@agent-brain/contract/config';
import type { Engine } from '@agent-brain/search/engine';
import type { JobQueue } from '../jobs/index.ts';
import type { ProjectWatch } from '../watch/index.ts';

/** One served project: its index, its jobs, what keeps it fresh, and the configuration both were made with. */
export interface Project {
  readonly id: string;
  /** Canonical. */
  readonly root: string;
  readonly stateDir: string;
  readonly config: ConfigValues;
  readonly engine: Engine;
  readonly queue: JobQueue;
  /** Keeps the index fresh. */
  readonly watch: Pick<ProjectWatch, 'start' | 'close' | 'status' | 'pendingFiles'>;
}
