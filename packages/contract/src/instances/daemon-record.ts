import * as z from 'zod/mini';

/**
 * `~/.agent-brain/runtime.json` of the user daemon, and `~/.agent-brain/daemons/<instance_id>.json`, the entry of each
 * daemon process that was ever started and has not ended in order. Holds the bearer token: mode 0600.
 */
export const daemonRecordSchema = z.object({
  schema_version: z.literal(1),
  mode: z.literal('shared'),
  /** Absolute; whose daemon it is. */
  home: z.string(),
  instance_id: z.string().check(z.regex(/^ab_[0-9a-f]{12}$/)),
  base_url: z.url(),
  bind_host: z.string(),
  port: z.int().check(z.minimum(1), z.maximum(65535)),
  pid: z.int().check(z.positive()),
  /** Start time of the process as the kernel gives it; opaque, compared for equality. */
  process_started_at: z.string(),
  started_at: z.iso.datetime(),
  version: z.string(),
  protocol_version: z.string(),
  token: z.string().check(z.minLength(32)),
});

export type DaemonRecord = z.infer<typeof daemonRecordSchema>;
