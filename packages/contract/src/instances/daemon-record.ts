import * as z from 'zod/mini';
import { reachabilityFields } from './reachability-fields.ts';

/**
 * `~/.agent-brain/runtime.json` of the user daemon, and `~/.agent-brain/daemons/<instance_id>.json`, the entry of each
 * daemon process that was ever started and has not ended in order. Holds the bearer token: mode 0600.
 */
export const daemonRecordSchema = z.object({
  schema_version: z.literal(1),
  mode: z.literal('shared'),
  /** Absolute; whose daemon it is. */
  home: z.string(),
  ...reachabilityFields,
});

export type DaemonRecord = z.infer<typeof daemonRecordSchema>;
