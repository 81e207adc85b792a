import { z } from 'zod';

const instanceId = z.string().regex(/^ab_[0-9a-f]{12}$/);
const projectId = z.string().regex(/^p_[0-9a-f]{8}(?:[0-9a-f]{8})?$/);

/** `runtime.json` of an instance that serves one project. Holds the bearer token: mode 0600. */
export const projectRuntimeRecordSchema = z.object({
  schema_version: z.literal(1),
  mode: z.literal('project'),
  project_root: z.string(),
  project_id: projectId,
  instance_id: instanceId,
  base_url: z.url(),
  bind_host: z.string(),
  port: z.int().min(1).max(65535),
  pid: z.int().positive(),
  process_started_at: z.string().describe('Start time of the process as the kernel gives it; opaque, compared for equality'),
  started_at: z.iso.datetime(),
  version: z.string(),
  protocol_version: z.string(),
  token: z.string().min(32),
});

/** `runtime.json` of a project that the user daemon of `home` serves. Holds no token. */
export const discoveryPointerSchema = z.object({
  schema_version: z.literal(1),
  mode: z.literal('shared'),
  project_root: z.string(),
  project_id: projectId,
  home: z.string(),
  base_url: z.string(),
  instance_id: instanceId,
});

export const runtimeRecordSchema = z.discriminatedUnion('mode', [projectRuntimeRecordSchema, discoveryPointerSchema]);

export type ProjectRuntimeRecord = z.infer<typeof projectRuntimeRecordSchema>;
export type DiscoveryPointer = z.infer<typeof discoveryPointerSchema>;
export type RuntimeRecord = z.infer<typeof runtimeRecordSchema>;
