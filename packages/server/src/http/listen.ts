import type { AddressInfo } from 'node:net';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { FastifyInstance } from 'fastify';
import type { Address } from './guards.ts';
import { portHolder } from './port-holder.ts';

/**
 * Binds and reports the port really bound; a port is never probed first (contract: instances, "Ports").
 *
 * @throws PORT_TAKEN naming the holder where it is known; CONFIG_INVALID for an address or port that cannot be had
 */
export async function listen(app: FastifyInstance, { host, port }: Address): Promise<Address> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw await explain(error as NodeJS.ErrnoException, host, port);
  }
  return { host, port: (app.server.address() as AddressInfo).port };
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
