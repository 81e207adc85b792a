import type { IndexRequest } from '@agent-brain/contract/jobs';
import type { IndexConfig } from '@agent-brain/search/engine';
import type { WatchScope } from './watch-source.ts';

/** Which directories a run over a folder would walk. */
export const walkedBy = (request: IndexRequest | undefined, config: IndexConfig): Pick<WatchScope, 'exclude' | 'recursive'> => ({
  exclude: [...config.exclude, ...(request?.exclude ?? [])],
  recursive: request?.recursive ?? true,
});
