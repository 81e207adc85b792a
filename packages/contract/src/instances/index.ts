export { type Health, healthQuerySchema, healthSchema } from './health.ts';
export { type HolderRecord, holderRecordSchema } from './holder-record.ts';
export { type Registry, type RegistryEntry, registryEntrySchema, registrySchema } from './registry.ts';
export {
  type DiscoveryPointer,
  discoveryPointerSchema,
  type ProjectRuntimeRecord,
  projectRuntimeRecordSchema,
  type RuntimeRecord,
  runtimeRecordSchema,
} from './runtime-record.ts';
export { type StateRecord, stateRecordSchema } from './state-record.ts';
