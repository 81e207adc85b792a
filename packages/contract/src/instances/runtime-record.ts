import * as z from 'zod/mini';
import { instanceId, reachabilityFields } from './reachability-fields.ts';

const projectId = z.string().check(z.regex(/^p_[0-9a-f]{8}(?:[0-9a-f]{8})?$/));

/** `runtime.json` of an instance that serves one project. Holds the bearer token: mode 0600. */
export const projectRuntimeRecordSchema = z.object({
  schema_version: z.literal(1),
  mode: z.literal('project'),
  project_root: z.string(),
  project_id: projectId,
  ...reachabilityFields,
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
