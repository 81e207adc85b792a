import { z } from 'zod';
import { skipReasonSchema } from '../jobs/index.ts';

export const watcherStates = ['off', 'starting', 'on', 'limited', 'degraded'] as const;

/**
 * How the indexed folders are kept fresh. `limited`: the system allows no more watches, part of the files is compared
 * every minute instead; `degraded`: another trouble, which `reason` names.
 */
const watcherSchema = z
  .strictObject({
    state: z.enum(watcherStates),
    reason: z.string().optional().describe('Why it is not simply `on`, and what to do'),
    folders: z.int().nonnegative().describe('Folders that are kept fresh'),
    batches: z.int().nonnegative().describe('Batches of changes that were taken over since the start'),
    files_updated: z.int().nonnegative().describe('Files that these added, changed or removed in the index'),
    last_update_at: z.iso.datetime().nullable().describe('When such a batch last changed the index'),
    last_compared_at: z.iso.datetime().nullable().describe('When whole folders were last compared with the index'),
  })
  .meta({ id: 'Watcher' });
export type WatcherStatus = z.infer<typeof watcherSchema>;

/** `GET /health/status`. Null where nothing was indexed yet, or where the instance has no such part. */
export const statusSchema = z
  .strictObject({
    total_documents: z.int().nonnegative(),
    total_chunks: z.int().nonnegative(),
    indexing_in_progress: z.boolean(),
    running_job_id: z.string().nullable(),
    queued_jobs_count: z.int().nonnegative(),
    progress_percent: z.number().min(0).max(100).nullable(),
    last_indexed_at: z.iso.datetime().nullable(),
    skipped_count: z
      .partialRecord(skipReasonSchema, z.int().nonnegative())
      .optional()
      .describe('Files that the last whole run over each folder has skipped, by reason; earlier versions do not say'),
    mode: z.enum(['project', 'shared']),
    state_dir: z.string(),
    project_root: z.string(),
    embedding: z.strictObject({ provider: z.string(), model: z.string(), dimensions: z.int() }).nullable(),
    index: z.strictObject({
      bytes: z.int().nonnegative().describe('On disk'),
      generation: z.int().nonnegative(),
      state: z.enum(['empty', 'ready', 'indexing', 'rebuilding', 'corrupt']),
    }),
    watcher: watcherSchema,
    pending_files: z
      .int()
      .nonnegative()
      .describe('Files that are known to be newer than the index: changes that were noticed and are not committed yet, or failed'),
    memory_bytes: z.int().nonnegative().describe('Resident memory of the server process'),
  })
  .meta({ id: 'Status' });

export type Status = z.infer<typeof statusSchema>;
export type IndexStatus = Status['index'];
