import type { ConfigValues } from '@agent-brain/contract/config';
import type { Engine, IndexConfig } from '@agent-brain/search/engine';
import type { Clock } from '../clock/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { WatchSource } from './watch-source.ts';

/** What a project's watch is given. */
export interface ProjectWatchOptions {
  /** Canonical. */
  readonly root: string;
  /** State and data of the instance, absolute. */
  readonly closedDirs: readonly string[];
  readonly config: Pick<ConfigValues, 'watch'>;
  readonly indexConfig: IndexConfig;
  readonly engine: Pick<Engine, 'update' | 'folders' | 'folderRequests' | 'status'>;
  readonly queue: Pick<JobQueue, 'interlude' | 'busy' | 'stats'>;
  readonly clock: Clock;
  readonly log: {
    debug(fields: object, message: string): void;
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  readonly loadSource: () => Promise<WatchSource>;
  /** How long the first answer waits for the first comparison. */
  readonly firstAnswerMs: number;
  /** Files have changed: the instance is in use. */
  readonly onActivity: () => void;
}
