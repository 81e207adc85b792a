import net from 'node:net';
import { AgentBrainError } from '@agent-brain/contract/errors';

/**
 * The address to bind. Names are not resolved: what `localhost` means is up to a file that others edit.
 *
 * @throws BIND_HOST_UNPROTECTED for everything beyond this machine, which this version cannot protect
 */
export function bindAddress(bindHost: string): string {
  if (bindHost === 'localhost') return '127.0.0.1';
  const isLoopback = (net.isIPv4(bindHost) && bindHost.startsWith('127.')) || bindHost === '::1';
  if (isLoopback) return bindHost;
  throw new AgentBrainError(
    'BIND_HOST_UNPROTECTED',
    `Will not listen on ${JSON.stringify(bindHost)} — it is no loopback address, and no token or issuer for others is configured`,
  );
}
