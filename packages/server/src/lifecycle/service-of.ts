import { healthProof } from '@agent-brain/runtime/discovery';
import type { Service } from '../http/index.ts';
import type { Lifecycle } from './lifecycle.ts';

/** An instance as its HTTP door sees it. */
export const serviceOf = (instance: Lifecycle, of: Pick<Service, 'projects' | 'allowedHosts'>): Service => ({
  ...of,
  instanceId: instance.instanceId,
  token: instance.token,
  metrics: instance.metrics,
  log: instance.log,
  address: () => instance.door?.address,
  proof: (nonce) => instance.door && healthProof(instance.token, nonce, instance.instanceId, instance.door.address.port),
  // Not negative, also in the seconds after somebody set the clock back: it stands in every proof of identity.
  uptimeS: () => Math.max(0, instance.clock.now() - (instance.readyAtMs ?? Number.POSITIVE_INFINITY)) / 1000,
  isStopping: () => instance.isStopping,
  touch: () => void (instance.lastUseMs = instance.clock.now()),
  requestStop: instance.requestStop,
});
