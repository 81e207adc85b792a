import * as z from 'zod/mini';

/**
 * `~/.agent-brain/projects/<project_id>/project.json`: whose index lies beside it. The registry says the same; this is
 * what is left to go by when the registry was lost.
 */
export const storedProjectSchema = z.object({
  schema_version: z.literal(1),
  project_id: z.string().check(z.regex(/^p_[0-9a-f]{8}(?:[0-9a-f]{8})?$/)),
  project_root: z.string(),
  state_dir: z.string(),
  /** The state dir's, when the index was begun: under another one it is the index of a project that is gone. */
  state_id: z.string(),
  name: z.string(),
  /** Whether the user daemon is to serve it; false after `stop` in the project, or when it has an instance of its own. */
  served: z._default(z.boolean(), true),
});

export type StoredProject = z.infer<typeof storedProjectSchema>;
