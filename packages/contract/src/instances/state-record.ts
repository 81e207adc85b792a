import * as z from 'zod/mini';

/**
 * `state.json`: identity of a state dir. The registry knows `state_id`; a state dir whose id it
 * does not know came with a clone and is not trusted (docs/design/instances.md#trust).
 */
export const stateRecordSchema = z.object({
  schema_version: z.literal(1),
  state_id: z.string().check(z.regex(/^s_[0-9a-f]{32}$/)),
  project_root: z.string(),
  created_at: z.iso.datetime(),
  /** Made with `init --here`: a nested project on purpose. */
  made_here: z.boolean(),
});

export type StateRecord = z.infer<typeof stateRecordSchema>;
