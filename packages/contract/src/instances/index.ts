// The records that a command reads on its way to an instance are of zod/mini: the full zod would cost it 20 ms.
export { type Health, healthQuerySchema, healthSchema } from './health.ts';
export { healthAnswerSchema } from './health-answer.ts';
export { type DaemonRecord, daemonRecordSchema } from './daemon-record.ts';
export { type HolderRecord, holderRecordSchema } from './holder-record.ts';
export { type InstanceEntry, instanceEntrySchema } from './instance-entry.ts';
export { type Registry, type RegistryEntry, registryEntrySchema, registrySchema } from './registry.ts';
export {
  type DiscoveryPointer,
  discoveryPointerSchema,
  type ProjectRuntimeRecord,
  projectRuntimeRecordSchema,
  type RuntimeRecord,
  runtimeRecordSchema,
} from './runtime-record.ts';
export { MAX_OTHER_STATE_IDS, stateIdsOf, type StateRecord, stateRecordSchema } from './state-record.ts';
export { type StoredProject, storedProjectSchema } from './stored-project.ts';
