import type { IndexRequestInput } from '@agent-brain/contract/jobs';
import type { QueryRequestInput } from '@agent-brain/contract/query';

/** What to look for, and how. Field names are those of `POST /query`, as at every other door. */
export type SearchRequest = QueryRequestInput;

/** What to index. Field names are those of `POST /index`; without `folder_path`, the whole project. */
export type IndexRequest = Omit<IndexRequestInput, 'folder_path'> & {
  /** Absolute, or relative to the project root. Default: the project root. */
  folder_path?: string;
};
