import { z } from 'zod';
import { jobListExample } from './examples.ts';
import { jobSchema, jobStatusSchema } from './job.ts';

export const jobListQuerySchema = z.strictObject({
  status: jobStatusSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  offset: z.coerce.number().int().min(0).default(0),
  project_id: z.string().optional(),
});

/** Running first, then queue order, then finished newest first. Counts are of all jobs, not of the page. */
export const jobListSchema = z
  .strictObject({
    jobs: z.array(jobSchema),
    total: z.int().nonnegative(),
    queued_count: z.int().nonnegative(),
    running_count: z.int().nonnegative(),
    completed_count: z.int().nonnegative(),
    failed_count: z.int().nonnegative(),
    cancelled_count: z.int().nonnegative(),
  })
  .meta({ id: 'JobList', examples: [jobListExample] });
export type JobList = z.infer<typeof jobListSchema>;
