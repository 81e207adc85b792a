import * as z from 'zod/mini';
import type { Health } from './health.ts';

/**
 * `GET /health` as a client reads it: as {@link Health}, but members that a later minor version adds are no reason to
 * disown an instance. Of zod/mini like the records, because it stands on the way of every command (a schema of the
 * full zod costs 20 ms there).
 */
export const healthAnswerSchema = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  message: z.string(),
  mode: z.enum(['project', 'shared']),
  instance_id: z.string(),
  project_id: z.optional(z.string()),
  active_projects: z.optional(z.int().check(z.nonnegative())),
  version: z.string(),
  protocol_version: z.string(),
  uptime_s: z.number().check(z.nonnegative()),
  proof: z.optional(z.string()),
}) satisfies z.ZodMiniType<Health>;
