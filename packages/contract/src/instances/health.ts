import { z } from 'zod';

/** `GET /health`; with `?nonce=` also the proof that this instance knows the token of its record. */
export const healthSchema = z
  .strictObject({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    message: z.string(),
    mode: z.enum(['project', 'shared']),
    instance_id: z.string(),
    project_id: z.string().optional(),
    active_projects: z.int().nonnegative().optional(),
    version: z.string(),
    protocol_version: z.string(),
    uptime_s: z.number().nonnegative(),
    proof: z.string().optional().describe('hex HMAC-SHA256(token, nonce + "|" + instance_id + "|" + port)'),
  })
  .meta({ id: 'Health' });

export type Health = z.infer<typeof healthSchema>;

export const healthQuerySchema = z.strictObject({
  nonce: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional()
    .describe('32 hex digits, fresh for every call'),
});
