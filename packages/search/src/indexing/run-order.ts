import fs from 'node:fs';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { IndexRequest } from '@agent-brain/contract/jobs';
import type { SelectionOptions, WalkOptions } from '../walk/index.ts';
import type { ChunkSettings } from './index-file.ts';
import type { RunSurroundings } from './run-surroundings.ts';

/** What walking and chunking need from the configuration (`config_keys` of the same names). */
export interface IndexConfig {
  include: readonly string[];
  exclude: readonly string[];
  languages: readonly string[];
  /** Characters. */
  chunkSize: number;
  /** Characters. */
  chunkOverlap: number;
  maxFileBytes: number;
}

/** What a run is told; plain data, so that it crosses a thread border. */
export interface RunOrder {
  folder: string;
  operation: 'index' | 'add';
  request: IndexRequest;
  config: IndexConfig;
}

type Treatment = Pick<RunOrder, 'folder' | 'request' | 'config'>;

/** The request's lists go before those of the configuration; what is excluded by either is excluded. */
export const selectionOf = ({ request, config }: Pick<Treatment, 'request' | 'config'>): SelectionOptions => ({
  include: request.include ?? config.include,
  exclude: [...config.exclude, ...(request.exclude ?? [])],
  languages: request.languages ?? config.languages,
  includeCode: request.include_code,
});

export function walkOptionsOf(
  { folder, request, config }: Treatment,
  around: Pick<RunSurroundings, 'root' | 'closedDirs' | 'signal'>,
): WalkOptions {
  return {
    root: around.root,
    folder,
    ...selectionOf({ request, config }),
    recursive: request.recursive,
    maxFileBytes: config.maxFileBytes,
    stateDir: around.closedDirs,
    signal: around.signal,
  };
}

export const settingsOf = ({ request, config }: Treatment): ChunkSettings & { maxFileBytes: number } => ({
  chunkSize: request.chunk_size ?? config.chunkSize,
  chunkOverlap: request.chunk_overlap ?? config.chunkOverlap,
  maxFileBytes: config.maxFileBytes,
});

/** For a folder whose request is not known: it was set aside with an index that could not be read. */
export const plainRequest = (folder: string): IndexRequest => ({
  folder_path: folder,
  include_code: true,
  recursive: true,
  force: false,
  allow_external: true,
});

/** @throws FOLDER_INVALID */
export function assertFolder(folder: string): void {
  try {
    fs.closeSync(fs.openSync(folder, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY));
  } catch (error) {
    throw new AgentBrainError('FOLDER_INVALID', `The folder ${folder} cannot be read — ${(error as Error).message}`, { cause: error });
  }
}
