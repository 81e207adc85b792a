import { z } from 'zod';
import { jobExample, runningJobExample } from './examples.ts';
import { indexRequestSchema } from './index-request.ts';

export const jobStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export const jobStatusSchema = z.enum(jobStatuses);
export type JobStatus = z.infer<typeof jobStatusSchema>;

export const jobPhases = ['waiting', 'walking', 'indexing', 'finishing'] as const;

export const jobProgressSchema = z.object({
  phase: z.enum(jobPhases),
  files_done: z.int().nonnegative(),
  files_total: z.int().nonnegative(),
  chunks_done: z.int().nonnegative(),
  bytes_done: z.int().nonnegative(),
  current_file: z.string().nullable(),
  updated_at: z.iso.datetime(),
  retry: z
    .object({ attempt: z.int().positive(), code: z.string(), message: z.string(), next_at: z.iso.datetime() })
    .optional()
    .describe(
      'Only while the job waits to repeat what failed for a passing reason, or pauses over a limit (MEMORY_LIMIT, INDEX_DISK_LIMIT)',
    ),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

export const skipReasons = [
  'binary',
  'too_large',
  'generated',
  'minified',
  'lock_file',
  'secret',
  'not_text',
  'unreadable',
  'special_file',
  'symlink',
  'symlink_outside',
  'symlink_loop',
  'unsupported_language',
  'excluded',
  'vanished',
  'extraction_failed',
  'nested_worktree',
  'too_deep',
  'empty',
] as const;
export const skipReasonSchema = z.enum(skipReasons);
export type SkipReason = z.infer<typeof skipReasonSchema>;

/** What a `repair` found, and what it did about it. */
export const repairOutcomeSchema = z.object({
  damaged: z.boolean(),
  problems: z.array(z.string()).describe('What the check found; empty when the index was sound'),
  set_aside: z.string().nullable().describe('Where the damaged index lies now; null when it was sound'),
  folders: z.array(z.string()).describe('Folders that were indexed again'),
  failed_folders: z
    .array(z.object({ folder_path: z.string(), code: z.string(), message: z.string() }))
    .describe('Folders that could not be'),
});
export type RepairOutcome = z.infer<typeof repairOutcomeSchema>;

export const indexStatsSchema = z.object({
  added: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  unchanged: z.int().nonnegative(),
  skipped: z
    .array(z.object({ path: z.string(), reason: skipReasonSchema }))
    .describe('At most 1,000 examples; `skipped_count` has the sums'),
  skipped_count: z.partialRecord(skipReasonSchema, z.int().nonnegative()),
  duration_ms: z.object({ walk: z.number(), index: z.number(), finish: z.number(), total: z.number() }),
  repair: repairOutcomeSchema.optional().describe('Only of the operation `repair`'),
});
export type IndexStats = z.infer<typeof indexStatsSchema>;

/** One indexing job, as stored and as shown. `queue_position`, `eta_s` and `persisted` are computed, never stored. */
export const jobSchema = z
  .object({
    schema_version: z.literal(1),
    id: z.string().regex(/^job_[0-9a-f]{12}$/),
    status: jobStatusSchema,
    folder_path: z.string(),
    operation: z.enum(['index', 'add', 'remove', 'reset', 'repair']),
    project_id: z.string().optional(),
    request: indexRequestSchema,
    dedupe_key: z.string(),
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().nullable(),
    completed_at: z.iso.datetime().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    trigger: z.literal('watch').optional().describe('Set when the instance began it by itself, because files had changed'),
    attempts: z.int().nonnegative().describe('How often a crash of the process ended it'),
    progress: jobProgressSchema,
    progress_percent: z.number().min(0).max(100),
    total_documents: z.int().nonnegative(),
    processed_documents: z.int().nonnegative(),
    total_chunks: z.int().nonnegative(),
    stats: indexStatsSchema.nullable(),
    queue_position: z.int().positive().optional(),
    eta_s: z.number().nonnegative().optional(),
    persisted: z.literal(false).optional().describe('false: the last change is in memory only, because the disk refused it'),
  })
  .meta({ id: 'Job', examples: [jobExample, runningJobExample] });

export type Job = z.infer<typeof jobSchema>;
