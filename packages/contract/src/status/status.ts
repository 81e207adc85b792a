import { z } from 'zod';

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
    mode: z.enum(['project', 'shared']),
    state_dir: z.string(),
    project_root: z.string(),
    embedding: z.strictObject({ provider: z.string(), model: z.string(), dimensions: z.int() }).nullable(),
    index: z.strictObject({
      bytes: z.int().nonnegative().describe('On disk'),
      generation: z.int().nonnegative(),
      state: z.enum(['empty', 'ready', 'indexing', 'rebuilding', 'corrupt']),
    }),
    watcher: z.strictObject({ state: z.enum(['off', 'watching', 'failed']), reason: z.string().optional() }),
    memory_bytes: z.int().nonnegative().describe('Resident memory of the server process'),
  })
  .meta({ id: 'Status' });

export type Status = z.infer<typeof statusSchema>;
export type IndexStatus = Status['index'];
