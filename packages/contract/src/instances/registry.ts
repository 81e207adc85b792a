import * as z from 'zod/mini';

export const registryEntrySchema = z.object({
  project_root: z.string(),
  project_id: z.string(),
  state_dir: z.string(),
  state_id: z.string(),
  name: z.string(),
  mode: z.enum(['project', 'shared']),
  made_here: z._default(z.boolean(), false),
  /** Which directory the root was, opaque: another one at the same path is another project. */
  root_identity: z.optional(z.string()),
  first_seen: z.iso.datetime(),
  last_started: z.nullable(z.iso.datetime()),
  /** When `gc` first found the root gone; absent while it is there. */
  missing_since: z.optional(z.iso.datetime()),
});

/** `~/.agent-brain/registry.json`: the state dirs this user initialised or started. */
export const registrySchema = z.object({
  schema_version: z.literal(1),
  entries: z.array(registryEntrySchema),
});

export type RegistryEntry = z.infer<typeof registryEntrySchema>;
export type Registry = z.infer<typeof registrySchema>;
