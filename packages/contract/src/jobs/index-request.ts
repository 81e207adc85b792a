import { z } from 'zod';
import { globListSchema } from '../globs/index.ts';
import { indexRequestExample, jobAcceptedExample } from './examples.ts';

/** Body of `POST /index` and `POST /index/add`. Paths are absolute or relative to the project root. */
export const indexRequestSchema = z
  .strictObject({
    folder_path: z.string().min(1).max(4096),
    project_id: z.string().optional(),
    include: globListSchema({ most: 256 }).optional().describe('Globs; only matching files are indexed'),
    exclude: globListSchema({ most: 256 }).optional().describe('Globs; matching files are not indexed'),
    languages: z.array(z.string().max(64)).max(64).optional(),
    include_code: z.boolean().default(true).describe('false: documents only'),
    chunk_size: z.int().min(200).max(20_000).optional().describe('Characters per chunk'),
    chunk_overlap: z.int().min(0).max(5_000).optional().describe('Characters shared by neighbouring chunks'),
    recursive: z.boolean().default(true),
    force: z.boolean().default(false).describe('Read and chunk every file again, changed or not'),
    watch: z.boolean().optional().describe('Keep this folder fresh from now on; without it the configuration decides (`watch`)'),
    allow_external: z.boolean().default(false).describe('Allow a folder outside the project'),
  })
  .meta({ id: 'IndexRequest', examples: [indexRequestExample] });

/** The validated request; {@link IndexRequestInput} is what callers write. */
export type IndexRequest = z.infer<typeof indexRequestSchema>;
export type IndexRequestInput = z.input<typeof indexRequestSchema>;

export const jobAcceptedSchema = z
  .strictObject({
    job_id: z.string(),
    status: z.literal('queued'),
    queue_position: z.int().positive(),
    queue_length: z.int().nonnegative(),
    message: z.string(),
    persisted: z
      .literal(false)
      .optional()
      .describe('false: the job is in memory only, because the disk refused it; it is lost if the process dies'),
    warnings: z.array(z.string()).optional().describe('What the caller should know: other folders keep narrower settings, for example'),
    replaced_job_id: z.string().optional().describe('The waiting job whose place in line was given up (`?replace=true`)'),
  })
  .meta({ id: 'JobAccepted', examples: [jobAcceptedExample] });
export type JobAccepted = z.infer<typeof jobAcceptedSchema>;
