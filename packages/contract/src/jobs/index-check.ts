import { z } from 'zod';

/** Body of `POST /index/verify`. */
export const verifyRequestSchema = z.strictObject({ project_id: z.string().optional() });

/** Answer of `POST /index/verify`: a full check of the index on disk, page by page and table against table. */
export const indexCheckSchema = z
  .strictObject({
    ok: z.boolean(),
    problems: z.array(z.string()).describe('At most 20; empty when the index is sound'),
    generation: z.int().nonnegative(),
    documents: z.int().nonnegative(),
    chunks: z.int().nonnegative(),
    bytes: z.int().nonnegative().describe('On disk'),
    duration_ms: z.number().nonnegative(),
  })
  .meta({ id: 'IndexCheck' });
export type IndexCheck = z.infer<typeof indexCheckSchema>;

/** Body of `POST /index/repair`. */
export const repairRequestSchema = z.strictObject({
  project_id: z.string().optional(),
  force: z.boolean().default(false).describe('Build it again even when it is sound'),
});
