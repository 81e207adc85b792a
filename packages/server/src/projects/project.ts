import type { ConfigValues } from '@agent-brain/contract/config';
import type { Engine } from '@agent-brain/search/engine';
import type { JobQueue } from '../jobs/index.ts';

/** One served project: its index, its jobs, and the configuration both were made with. */
export interface Project {
  readonly id: string;
  /** Canonical. */
  readonly root: string;
  readonly stateDir: string;
  readonly config: ConfigValues;
  readonly engine: Engine;
  readonly queue: JobQueue;
}
