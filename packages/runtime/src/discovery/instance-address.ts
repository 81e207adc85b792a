import net from 'node:net';
import type { ProjectRuntimeRecord } from '@agent-brain/contract/instances';

export interface InstanceAddress {
  /** IP address, or the name that the user configured as `bind_host`. */
  host: string;
  port: number;
}

/** Listening on all addresses includes the loopback one. */
const loopbackOf: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * Where an instance is to be asked. Its base URL has to be what its other fields say, because what follows sends data
 * there: plain http, the port it bound, a loopback address or the host it bound, and nothing else.
 *
 * @returns `undefined` for any other base URL
 */
export function instanceAddress(record: Pick<ProjectRuntimeRecord, 'base_url' | 'bind_host' | 'port'>): InstanceAddress | undefined {
  if (!URL.canParse(record.base_url)) return undefined;
  const url = new URL(record.base_url);
  const isPlain =
    url.protocol === 'http:' && url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  const port = url.port === '' ? 80 : Number(url.port);
  const host = withoutBrackets(url.hostname);
  if (!isPlain || port !== record.port) return undefined;
  if (!isLoopback(host) && host !== withoutBrackets(record.bind_host.toLowerCase())) return undefined;
  return { host: loopbackOf[host] ?? host, port };
}

const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

const isLoopback = (host: string): boolean => host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
