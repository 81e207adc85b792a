import type { AddressInfo } from 'node:net';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { FastifyInstance } from 'fastify';
import type { Address } from './guards.ts';
import { defaultLimits } from './limits.ts';
import { portHolder } from './port-holder.ts';

/** Where to listen. `host` is an IP address; port 0 takes any free one; of several ports the first free one is taken. */
export interface Place {
  readonly host: string;
  readonly port: number | readonly number[];
}

/**
 * Binds and reports the port really bound; a port is never probed first (docs/design/instances.md#ports).
 *
 * @param backlog connections that wait to be accepted
 * @throws PORT_TAKEN naming the holder where it is known; CONFIG_INVALID for an address or port that cannot be had
 */
export async function listen(app: FastifyInstance, { host, port }: Place, backlog = defaultLimits.backlog): Promise<Address> {
  const ports = typeof port === 'number' ? [port] : port;
  for (const candidate of ports) {
    try {
      await app.listen({ host, port: candidate, backlog });
      return { host, port: (app.server.address() as AddressInfo).port };
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || ports.length === 1) throw await explain(error as NodeJS.ErrnoException, host, candidate);
    }
  }
  throw await allTaken(host, ports);
}

/** The first holder is named: it tells a range full of our own from a range that belongs to something else. */
async function allTaken(host: string, ports: readonly number[]): Promise<AgentBrainError> {
  const [first = 0, last = first] = [ports[0], ports.at(-1)];
  const pid = await portHolder(first);
  const who = pid === undefined ? '' : `; process ${pid} holds the first`;
  return new AgentBrainError('PORT_TAKEN', `The ports ${first} to ${last} of ${host} are all taken${who}`, {
    hint: 'Choose another range with `port` and `port_range` in shared_config.json, or look for lost daemons with `agent-brain doctor`.',
    data: { port: first, last_port: last, ...(pid === undefined ? {} : { pid }) },
  });
}

async function explain(error: NodeJS.ErrnoException, host: string, port: number): Promise<unknown> {
  switch (error.code) {
    case 'EADDRINUSE': {
      const pid = await portHolder(port);
      const who = pid === undefined ? 'another process' : `process ${pid}`;
      return new AgentBrainError('PORT_TAKEN', `Port ${port} of ${host} is taken by ${who}`, {
        data: { port, ...(pid === undefined ? {} : { pid }) },
      });
    }
    case 'EADDRNOTAVAIL':
      return new AgentBrainError('CONFIG_INVALID', `Cannot listen on ${host} — this machine has no such address`, {
        errors: [{ pointer: '/bind_host', message: 'no address of this machine' }],
      });
    case 'EACCES':
      return new AgentBrainError('CONFIG_INVALID', `Cannot listen on port ${port} — the system does not allow it`, {
        errors: [{ pointer: '/port', message: 'not allowed' }],
      });
    default:
      return error;
  }
}
