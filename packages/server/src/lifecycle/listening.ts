import { PRODUCT_VERSION, PROTOCOL_VERSION } from '@agent-brain/contract/version';
import { selfIdentity } from '@agent-brain/runtime/process';
import type { Lifecycle } from './lifecycle.ts';
import { made } from './lifecycle.ts';

/** A third of a start is loading the HTTP door. It goes on while the first steps wait for the disk. */
export function loadHttp(instance: Lifecycle): void {
  instance.http = import('../http/index.ts');
  instance.http.catch(() => {});
}

/** For a start that fails: nobody has been told of the door yet. */
export async function stopListening(instance: Lifecycle): Promise<void> {
  const door = made(instance, 'door');
  const closed = door.close();
  door.closeConnections();
  await closed;
}

/** What the records of both modes say of a process that listens. */
export async function reachability(instance: Lifecycle) {
  const { address } = made(instance, 'door');
  const { authority } = await made(instance, 'http');
  const { pid, startedAt } = await selfIdentity();
  return {
    schema_version: 1,
    instance_id: instance.instanceId,
    base_url: `http://${authority(address)}`,
    bind_host: address.host,
    port: address.port,
    pid,
    process_started_at: startedAt,
    started_at: new Date(instance.clock.now()).toISOString(),
    version: PRODUCT_VERSION,
    protocol_version: PROTOCOL_VERSION,
    token: instance.token,
  } as const;
}

/** Longest time that running requests and jobs get (docs/design/instances.md#commands). */
const DRAIN_MS = 10_000;

/** Takes no more connections; those that have a request get to its end. */
export function stopAccepting(instance: Lifecycle): void {
  instance.stopTicking?.();
  instance.stopGuarding?.();
  instance.connectionsClosed = made(instance, 'door').close();
}

/**
 * Work goes back to its queues while requests end; both have the same ten seconds.
 *
 * @param giveBack gets the time that it has
 */
export async function drain(instance: Lifecycle, giveBack: (drainMs: number) => Promise<unknown>): Promise<void> {
  let cancelWait = (): void => {};
  const timeIsUp = new Promise<void>((resolve) => (cancelWait = instance.clock.after(DRAIN_MS, resolve)));
  await Promise.race([Promise.all([giveBack(DRAIN_MS), instance.connectionsClosed]), timeIsUp]);
  cancelWait();
  made(instance, 'door').closeConnections();
  await instance.connectionsClosed;
}
