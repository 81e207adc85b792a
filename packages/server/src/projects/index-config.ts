import type { ConfigValues } from '@agent-brain/contract/config';
import type { IndexConfig } from '@agent-brain/search/engine';

/** The part of the configuration that decides what is indexed, and how. */
export const indexConfig = (config: ConfigValues): IndexConfig => ({
  include: config.include,
  exclude: config.exclude,
  languages: config.languages,
  chunkSize: config.chunk_size,
  chunkOverlap: config.chunk_overlap,
  maxFileBytes: config.max_file_bytes,
});
