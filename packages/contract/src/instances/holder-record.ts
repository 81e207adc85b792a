import * as z from 'zod/mini';

/**
 * `<name>.holder.json` beside a kernel lock: who holds it. It explains a lock; it never decides
 * whether the lock is held (docs/design/locks.md#holder-record).
 */
export const holderRecordSchema = z.object({
  schema_version: z.literal(1),
  pid: z.int().check(z.positive()),
  process_started_at: z.string(),
  host: z.string(),
  version: z.string(),
  acquired_at: z.iso.datetime(),
  purpose: z.string(),
});

export type HolderRecord = z.infer<typeof holderRecordSchema>;
