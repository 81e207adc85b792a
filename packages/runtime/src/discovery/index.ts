export { askHealth, type HealthAnswer } from './ask-health.ts';
export { cleanStale, removeResidue } from './clean-stale.ts';
export { discoverDaemon, discoverInstance, type ProjectPlace, type ServedByDaemon } from './discover-instance.ts';
export { healthProof, isProofRight, newInstanceId, newNonce, newToken } from './identity-proof.ts';
export { type InstanceAddress, instanceAddress } from './instance-address.ts';
export { keepEntry, publishEntry, withdrawEntry } from './instance-entries.ts';
export type { InstancePaths } from './instance-paths.ts';
export type { DiscoverOptions, Discovery, RecordPlace, Unresponsive } from './look-until-settled.ts';
