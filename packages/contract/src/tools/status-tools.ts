import { z } from 'zod';
import { indexedFolderSchema } from '../jobs/index.ts';
import { statusSchema } from '../status/index.ts';
import type { ToolSpec } from './tool-spec.ts';

const status = statusSchema.shape;
const folder = indexedFolderSchema.shape;
const readOnly = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

const projectBriefSchema = z.strictObject({
  project_id: z.string(),
  project_root: z.string(),
  total_documents: status.total_documents,
  total_chunks: status.total_chunks,
  last_indexed_at: status.last_indexed_at,
  indexing_in_progress: status.indexing_in_progress,
});

export const statusTool = {
  title: 'State of the index',
  description: 'What is indexed, how fresh it is, and what is going on. Starts nothing in a project that was never indexed.',
  input: z.strictObject({}),
  output: z.strictObject({
    project_root: z.string(),
    running: z.boolean().describe('false: no instance serves the project; search and index_folder start one'),
    version: z.string(),
    index: z
      .strictObject({
        total_documents: status.total_documents,
        total_chunks: status.total_chunks,
        last_indexed_at: status.last_indexed_at,
        state: status.index.shape.state,
        generation: status.index.shape.generation,
        indexing_in_progress: status.indexing_in_progress,
        progress_percent: status.progress_percent,
        running_job_id: status.running_job_id,
        queued_jobs_count: status.queued_jobs_count,
        pending_files: status.pending_files.optional(),
        watcher: status.watcher.shape.state.describe('off: changes of files need index_folder'),
      })
      .nullable(),
    folders: z
      .array(z.strictObject({ folder_path: folder.folder_path, documents: folder.documents, last_indexed_at: folder.last_indexed_at }))
      .describe('At most 50'),
  }),
  annotations: readOnly,
} as const satisfies ToolSpec;

export const listProjectsTool = {
  title: 'List projects',
  description: 'The projects that this connection can search, with their state.',
  input: z.strictObject({}),
  output: z.strictObject({ projects: z.array(projectBriefSchema) }),
  annotations: readOnly,
} as const satisfies ToolSpec;
