import { createHash, timingSafeEqual } from 'node:crypto';
import { AgentBrainError } from '@agent-brain/contract/errors';

/*
 * What stands between a web page on this machine and the server. A page can reach loopback and can,
 * by DNS rebinding, bring its own name along; it can neither forge Host and Origin nor know the token.
 */

export interface GuardedRequest {
  /** The request target. */
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  /** As received, name and value in turn; Node's parsed headers merge or drop repeated ones. */
  readonly rawHeaders: readonly string[];
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * The first guard, also before open routes and errors of routing.
 *
 * @param allowed further names from the configuration: `name` (any port) or `name:port`
 * @throws HOST_NOT_ALLOWED
 */
export function guardHost(request: GuardedRequest, address: Address, allowed: readonly string[]): void {
  const given = [...headerValues(request, 'host'), ...targetAuthority(request)];
  const [host] = given;
  if (given.length === 1 && host !== undefined && isOwnHost(host, address, allowed)) return;
  const what =
    given.length > 1
      ? 'The request names more than one host'
      : `The Host header is ${host === undefined ? 'missing' : JSON.stringify(host)}`;
  throw new AgentBrainError('HOST_NOT_ALLOWED', `${what} — this server answers to ${authority(address)} only`);
}

/**
 * Pages of other origins are refused, whatever they ask; our own (`/docs`) are not. A browser says
 * `none` when a person typed the address: then only reading makes sense.
 *
 * @throws ORIGIN_NOT_ALLOWED
 */
export function guardOrigin(request: GuardedRequest, address: Address, allowed: readonly string[]): void {
  for (const origin of headerValues(request, 'origin')) {
    const isOwn = origin.startsWith('http://') && isOwnHost(origin.slice('http://'.length), address, allowed);
    if (!isOwn)
      throw new AgentBrainError(
        'ORIGIN_NOT_ALLOWED',
        `The request comes from a page of ${JSON.stringify(origin)}, which is not this server's origin`,
      );
  }
  for (const site of headerValues(request, 'sec-fetch-site')) {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (site === 'same-origin' || (site === 'none' && isRead)) continue;
    throw new AgentBrainError(
      'ORIGIN_NOT_ALLOWED',
      `A browser sent the request for a page of another site (Sec-Fetch-Site: ${JSON.stringify(site)})`,
    );
  }
}

/**
 * @param tokenHash {@link hashToken} of the right token; hashes are compared so that neither length
 *   nor content shows in the time
 * @throws TOKEN_INVALID, with the same words for a missing and a wrong token
 */
export function guardToken(request: GuardedRequest, tokenHash: Buffer): void {
  const [given, ...others] = headerValues(request, 'authorization');
  const token = /^bearer +([\x21-\x7e]+)$/i.exec(given ?? '')?.[1] ?? '';
  const isRight = timingSafeEqual(hashToken(token), tokenHash);
  if (!isRight || others.length > 0) throw new AgentBrainError('TOKEN_INVALID', 'The token of the request is missing or wrong');
}

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** `127.0.0.1:4000`, `[::1]:4000`. */
export const authority = ({ host, port }: Address): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

function isOwnHost(given: string, address: Address, allowed: readonly string[]): boolean {
  const host = given.toLowerCase();
  const { port } = address;
  const own = [authority(address), `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
  // A client leaves the port of the scheme out (RFC 9110, 4.2.3).
  const full = port === 80 && !/:\d+$/.test(host) ? `${host}:80` : host;
  if (own.includes(full)) return true;
  const name = host.replace(/:\d+$/, '');
  return allowed.some((entry) => entry.toLowerCase() === host || entry.toLowerCase() === name);
}

/** `GET http://other/ HTTP/1.1` names a host of its own, which goes before the header (RFC 9112, 3.2.2). */
const targetAuthority = ({ url = '/' }: GuardedRequest): string[] => (url.startsWith('/') || url === '*' ? [] : [url]);

function headerValues(request: GuardedRequest, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    if (request.rawHeaders[index]?.toLowerCase() === name) values.push(request.rawHeaders[index + 1] ?? '');
  }
  return values;
}
