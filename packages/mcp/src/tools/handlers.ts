import type { ToolName } from '@agent-brain/contract/tools';
import { cancelJob, indexFolder, jobStatus, listJobs } from './job-tools.ts';
import { getChunk, search } from './search-tools.ts';
import { listProjects, status } from './status-tools.ts';
import { findCallers, findReferences, findSymbol } from './symbol-tools.ts';
import type { ToolHandler } from './tool-call.ts';

/** What each tool of the contract's table does. */
export const handlers: { readonly [Name in ToolName]: ToolHandler<Name> } = {
  search,
  get_chunk: getChunk,
  find_symbol: findSymbol,
  find_callers: findCallers,
  find_references: findReferences,
  index_folder: indexFolder,
  job_status: jobStatus,
  cancel_job: cancelJob,
  list_jobs: listJobs,
  status,
  list_projects: listProjects,
};
