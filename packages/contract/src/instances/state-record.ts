import * as z from 'zod/mini';

const stateIdSchema = z.string().check(z.regex(/^s_[0-9a-f]{32}$/));

/** A user has one home, or a second one for an experiment. */
export const MAX_OTHER_STATE_IDS = 8;

/**
 * `state.json`: identity of a state dir. The registry knows `state_id`; a state dir whose id it
 * does not know came with a clone and is not trusted (docs/design/instances.md#trust).
 */
export const stateRecordSchema = z.object({
  schema_version: z.literal(1),
  state_id: stateIdSchema,
  /** Ids under which other homes of the user know this state dir. */
  other_ids: z.optional(z.array(stateIdSchema).check(z.maxLength(MAX_OTHER_STATE_IDS))),
  project_root: z.string(),
  created_at: z.iso.datetime(),
  /** Made with `init --here`: a nested project on purpose. */
  made_here: z.boolean(),
});

export type StateRecord = z.infer<typeof stateRecordSchema>;

/** All ids of a state dir, that of the home that wrote the record first. */
export const stateIdsOf = ({ state_id, other_ids = [] }: Pick<StateRecord, 'state_id' | 'other_ids'>): string[] => [state_id, ...other_ids];
