import { z } from 'zod';

export const registryEntrySchema = z.object({
  project_root: z.string(),
  project_id: z.string(),
  state_dir: z.string(),
  state_id: z.string(),
  name: z.string(),
  mode: z.enum(['project', 'shared']),
  made_here: z.boolean().default(false),
  first_seen: z.iso.datetime(),
  last_started: z.iso.datetime().nullable(),
  missing_since: z.iso.datetime().optional().describe('When `gc` first found the root gone; absent while it is there'),
});

/** `~/.agent-brain/registry.json`: the state dirs this user initialised or started. */
export const registrySchema = z.object({
  schema_version: z.literal(1),
  entries: z.array(registryEntrySchema),
});

export type RegistryEntry = z.infer<typeof registryEntrySchema>;
export type Registry = z.infer<typeof registrySchema>;
