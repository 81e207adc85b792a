export { cleanStale, removeResidue } from './clean-stale.ts';
export { type DiscoverOptions, type Discovery, discoverInstance, type Unresponsive } from './discover-instance.ts';
export { healthProof, newInstanceId, newToken } from './identity-proof.ts';
export { type InstanceAddress, instanceAddress } from './instance-address.ts';
export type { InstancePaths } from './instance-paths.ts';
