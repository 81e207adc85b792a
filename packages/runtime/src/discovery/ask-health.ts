import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Health, healthAnswerSchema } from '@agent-brain/contract/instances';
import { safeParse } from 'zod/mini';
import type { InstanceAddress } from './instance-address.ts';

export type HealthAnswer =
  | { health: Health }
  /** `problem` in words, to follow "because"; `met`: who or what was there instead. */
  | { problem: string; met: 'nobody' | 'silence' | 'stranger' };

// An `import` of node:http builds its facade, which loads undici for `http.WebSocket`: 27 ms. The module itself costs 2 ms.
const { request } = process.getBuiltinModule('node:http');

/** A health document has some hundred bytes; whoever sends more is not ours. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Asks `GET /health?nonce=…` once. Sends no token, follows no redirect, uses no proxy and no kept connection. Whatever
 * answers, or does not, is a `problem` in words.
 *
 * @throws the reason of `signal`
 */
export async function askHealth(
  address: InstanceAddress,
  nonce: string,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<HealthAnswer> {
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(options.timeoutMs)));
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  try {
    const { host, port } = address;
    const asked = request({
      host,
      port,
      path: `/health?nonce=${nonce}`,
      agent: false,
      signal,
      headers: { accept: 'application/json', connection: 'close' },
    });
    return await readAnswer(asked);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (timeout.aborted) return { problem: 'it does not answer', met: 'silence' };
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ECONNREFUSED') return { problem: 'nobody listens on its port', met: 'nobody' };
    return { problem: `the connection failed (${code ?? 'unknown'})`, met: 'stranger' };
  }
}

async function readAnswer(asked: ClientRequest): Promise<HealthAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).once('error', reject).end();
  });
  try {
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      sizeBytes += part.length;
      if (sizeBytes > MAX_ANSWER_BYTES) return { problem: 'another program answers on its port', met: 'stranger' };
      parts.push(part);
    }
    return parseAnswer(Buffer.concat(parts).toString('utf8'));
  } finally {
    asked.destroy();
  }
}

function parseAnswer(text: string): HealthAnswer {
  try {
    const parsed = safeParse(healthAnswerSchema, JSON.parse(text));
    if (parsed.success) return { health: parsed.data };
  } catch {
    // no JSON
  }
  return { problem: 'another program answers on its port', met: 'stranger' };
}
