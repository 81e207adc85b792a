import * as z from 'zod/mini';

export const instanceId = z.string().check(z.regex(/^ab_[0-9a-f]{12}$/));

/** Which process it is, where it can be reached, and how it proves itself: the same in the record of either mode. */
export const reachabilityFields = {
  instance_id: instanceId,
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
};
