import type { Health } from '@agent-brain/contract/instances';
import { askHealth } from '../discovery/index.ts';

/** Ports to look at, on one loopback address. */
export interface PortRange {
  /** As the daemon binds: `127.0.0.1`, `::`, a name. */
  readonly host: string;
  readonly port: number;
  readonly count: number;
}

export type ScanAnswer = { readonly kind: 'answer'; readonly health: Health } | { readonly kind: 'stranger' | 'silent' };

const loopbackOf: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * Who listens in a range, by `GET /health?nonce=…`. Sends no token. Closed ports are left out. All ports are asked
 * at once, so that listeners who never answer cost the time-out once.
 *
 * @throws the reason of `signal`
 */
export async function scanRange(
  range: PortRange,
  nonce: string,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Map<number, ScanAnswer>> {
  const wanted = Array.from({ length: range.count }, (_, index) => range.port + index).filter((port) => port <= 65_535);
  const host = loopbackOf[range.host] ?? range.host;
  const found = new Map<number, ScanAnswer>();
  await Promise.all(
    wanted.map(async (port) => {
      const answer = await askHealth({ host, port }, nonce, options);
      if ('health' in answer) found.set(port, { kind: 'answer', health: answer.health });
      else if (answer.met !== 'nobody') found.set(port, { kind: answer.met === 'silence' ? 'silent' : 'stranger' });
    }),
  );
  return found;
}
