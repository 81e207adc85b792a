import { z } from 'zod';
import { indexRequestSchema, indexStatsSchema, jobListSchema, jobPhases, jobSchema, jobStatusSchema } from '../jobs/index.ts';
import type { ToolSpec } from './tool-spec.ts';

const request = indexRequestSchema.shape;
const job = jobSchema.shape;
const stats = indexStatsSchema.shape;

/** A job as an agent needs it: what, how far, how it ended. */
const jobBriefSchema = z.strictObject({
  id: z.string(),
  status: jobStatusSchema,
  operation: job.operation,
  folder_path: z.string(),
  phase: z.enum(jobPhases),
  progress_percent: job.progress_percent,
  files_done: z.int().nonnegative(),
  files_total: z.int().nonnegative(),
  total_chunks: job.total_chunks,
  created_at: job.created_at,
  completed_at: job.completed_at,
  queue_position: job.queue_position,
  eta_s: job.eta_s,
  error: job.error,
  result: z
    .strictObject({
      added: stats.added,
      changed: stats.changed,
      removed: stats.removed,
      unchanged: stats.unchanged,
      skipped_count: stats.skipped_count.describe('Files that were not indexed, by reason'),
    })
    .nullable()
    .describe('Of a completed job'),
});
export type JobBrief = z.infer<typeof jobBriefSchema>;

const waitOf = (fallback: number) =>
  z
    .int()
    .min(0)
    .max(3_600)
    .default(fallback)
    .describe('Wait so long for the end, in seconds; 0 answers at once. The job goes on either way');

const jobId = z.string().min(1).max(64).describe('From index_folder, search or list_jobs');

export const indexFolderTool = {
  title: 'Index the project or a folder',
  description:
    'Make the index equal to a folder of the project (unchanged files cost almost nothing). Needed only when search says that the index is old or a folder is missing.',
  input: z.strictObject({
    folder_path: request.folder_path.default('.').describe('Relative to the project root, or absolute inside it'),
    include: request.include,
    exclude: request.exclude,
    languages: request.languages,
    include_code: request.include_code,
    recursive: request.recursive,
    force: request.force,
    confirm: z.boolean().default(false).describe('Also when the filters remove more than half of the indexed files'),
    wait_s: waitOf(30),
  }),
  output: z.strictObject({
    job: jobBriefSchema,
    was_running: z.boolean().describe('The folder was queued or being indexed already'),
    warnings: z.array(z.string()).optional(),
  }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
} as const satisfies ToolSpec;

export const jobStatusTool = {
  title: 'How far an indexing job is',
  description: 'State, progress and result of one indexing job; with wait_s it answers when the job ends.',
  input: z.strictObject({ job_id: jobId, wait_s: waitOf(0) }),
  output: z.strictObject({ job: jobBriefSchema }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
} as const satisfies ToolSpec;

export const cancelJobTool = {
  title: 'Cancel an indexing job',
  description: 'Cancel a job that waits; with force also one that runs. What it has committed stays in the index.',
  input: z.strictObject({ job_id: jobId, force: z.boolean().default(false).describe('Also when it runs') }),
  output: z.strictObject({ job: jobBriefSchema }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
} as const satisfies ToolSpec;

export const listJobsTool = {
  title: 'List indexing jobs',
  description: 'Indexing jobs: the running one, those that wait, and those of the last 24 hours, newest first.',
  input: z.strictObject({ status: jobStatusSchema.optional(), limit: z.int().min(1).max(100).default(10) }),
  output: z.strictObject({
    jobs: z.array(jobBriefSchema),
    total: jobListSchema.shape.total,
    queued_count: jobListSchema.shape.queued_count,
    running_count: jobListSchema.shape.running_count,
  }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
} as const satisfies ToolSpec;
