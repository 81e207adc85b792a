import type { Agent, IncomingMessage } from 'node:http';
import net from 'node:net';
import { doors } from '@agent-brain/contract/doors';
import { type DaemonRecord, healthAnswerSchema } from '@agent-brain/contract/instances';
import { safeParse } from 'zod/mini';
import { healthProof, instanceAddress, isProofRight, newNonce } from '../discovery/index.ts';

const { Agent: HttpAgent, request } = process.getBuiltinModule('node:http');

const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Asks the daemon of an entry to stop, with the token of its entry. The token goes out on the very connection on which
 * the proof came in: whoever takes the port after the proof never sees it.
 *
 * @returns whether it has taken the request; every problem is a no
 */
export async function askToStop(entry: DaemonRecord, timeoutMs: number): Promise<boolean> {
  const address = instanceAddress(entry);
  if (address === undefined) return false;
  const agent = singleConnection();
  const signal = AbortSignal.timeout(timeoutMs);
  const send = async (method: string, path: string, headers: Record<string, string>, body?: string): Promise<[number, string]> => {
    const asked = request({ ...address, agent, method, path, signal, headers });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve).once('error', reject).end(body);
    });
    return [response.statusCode ?? 0, await readText(response)];
  };
  try {
    const nonce = newNonce();
    const [, text] = await send('GET', `${doors.health.path}?nonce=${nonce}`, { accept: 'application/json' });
    const health = safeParse(healthAnswerSchema, JSON.parse(text));
    const { token, instance_id, port } = entry;
    if (!health.success || health.data.instance_id !== instance_id) return false;
    if (!isProofRight(healthProof(token, nonce, instance_id, port), health.data.proof)) return false;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' };
    const [status] = await send(doors.shutdown.method, doors.shutdown.path, headers, JSON.stringify({ instance_id }));
    return status === 202;
  } catch {
    return false;
  } finally {
    agent.destroy();
  }
}

/** An agent that connects once: a request that cannot have that connection fails. */
function singleConnection(): Agent {
  let isMade = false;
  return Object.assign(new HttpAgent({ keepAlive: true, maxSockets: 1 }), {
    createConnection(options: net.NetConnectOpts, done: (error: Error) => void): net.Socket | undefined {
      if (!isMade) {
        isMade = true;
        return net.connect(options);
      }
      done(new Error('the proven connection has ended'));
      return undefined;
    },
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
