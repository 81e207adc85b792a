import { z } from 'zod';
import { sourceTypes } from '../query/index.ts';
import { skipReasonSchema } from './job.ts';

/** Answer of `POST /index/plan`: what an index of the folder would read, without reading it. */
export const indexPlanSchema = z
  .strictObject({
    folder_path: z.string().describe('Canonical'),
    total_files: z.int().nonnegative(),
    total_bytes: z.int().nonnegative(),
    languages: z.record(z.string(), z.int().nonnegative()).describe('Files by language'),
    files: z
      .array(
        z.strictObject({ path: z.string(), size_bytes: z.int().nonnegative(), language: z.string(), source_type: z.enum(sourceTypes) }),
      )
      .describe('Sorted by path, at most 10,000; `total_files` has the sum'),
    skipped: z
      .array(z.strictObject({ path: z.string(), reason: skipReasonSchema }))
      .describe('At most 1,000 examples; `skipped_count` has the sums'),
    skipped_count: z.partialRecord(skipReasonSchema, z.int().nonnegative()),
  })
  .meta({ id: 'IndexPlan' });

export type IndexPlan = z.infer<typeof indexPlanSchema>;
