import { configKeys } from '@agent-brain/contract/config';
import type { IndexConfig } from '@agent-brain/search/engine';

/** As for a project that configures nothing. */
export const indexConfig: IndexConfig = {
  include: configKeys.include.default,
  exclude: configKeys.exclude.default,
  languages: configKeys.languages.default,
  chunkSize: configKeys.chunk_size.default,
  chunkOverlap: configKeys.chunk_overlap.default,
  maxFileBytes: configKeys.max_file_bytes.default,
};
