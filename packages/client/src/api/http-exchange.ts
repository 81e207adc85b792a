import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { AgentBrainError } from '@agent-brain/contract/errors';

// An `import` of node:http builds its facade, which loads undici for `http.WebSocket`: 27 ms that
// every command would pay. The module itself costs 2 ms.
const http = process.getBuiltinModule('node:http');

/** Largest answer that is taken into memory, in bytes. */
const maxResponseBytes = 64 * 1024 * 1024;

export interface Exchange {
  readonly host: string;
  readonly port: number;
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | undefined;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** false: one connection for this exchange alone. */
  readonly agent: Agent | false;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterS: number | undefined;
  readonly text: string;
}

/**
 * One request and its whole answer over loopback HTTP.
 * @throws INSTANCE_NOT_RUNNING nobody listens; INSTANCE_NO_ANSWER time is over or the connection broke;
 *   RESPONSE_INVALID the answer is beyond all measure; the signal's reason when it is aborted
 */
export async function exchange(request: Exchange): Promise<Answer> {
  try {
    return await exchangeOnce(request);
  } catch (error) {
    if (error === lostConnection) return await exchangeOnce({ ...request, agent: false });
    throw error;
  }
}

/** A kept connection that the server had closed, unseen by a process that slept, was stopped or was busy: asking again is safe. */
const lostConnection = new Error('the kept connection was closed');

function exchangeOnce(request: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.signal?.throwIfAborted();
    const outgoing = http.request({
      host: request.host,
      port: request.port,
      method: request.method,
      path: request.path,
      headers: request.headers,
      agent: request.agent,
    });
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abort);
      finish();
    };
    const fail = (error: unknown): void => {
      settle(() => reject(error));
      outgoing.destroy();
    };
    const abort = (): void => fail(request.signal?.reason);
    const timer = setTimeout(() => fail(outOfTime(request)), request.timeoutMs);
    request.signal?.addEventListener('abort', abort, { once: true });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isLost = outgoing.reusedSocket && request.method === 'GET' && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      fail(isLost ? lostConnection : connectionError(error, request));
    });
    outgoing.on('response', (response) => {
      collect(response, request).then((answer) => settle(() => resolve(answer)), fail);
    });
    outgoing.end(request.body);
  });
}

/** The whole of an answer. */
export function collect(response: IncomingMessage, request: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    response.on('data', (part: Buffer) => {
      sizeBytes += part.length;
      if (sizeBytes > maxResponseBytes) {
        reject(
          new AgentBrainError(
            'RESPONSE_INVALID',
            `The answer to ${request.method} ${request.path} is larger than ${maxResponseBytes} bytes`,
          ),
        );
        response.destroy();
        return;
      }
      parts.push(part);
    });
    response.on('error', (error: NodeJS.ErrnoException) => reject(connectionError(error, request)));
    response.on('end', () => {
      const retryAfter = Number(response.headers['retry-after']);
      resolve({
        status: response.statusCode ?? 0,
        contentType: response.headers['content-type'] ?? '',
        retryAfterS: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : undefined,
        text: Buffer.concat(parts).toString('utf8'),
      });
    });
  });
}

const outOfTime = (request: Exchange): AgentBrainError =>
  new AgentBrainError('INSTANCE_NO_ANSWER', `${request.method} ${request.path} had no answer within ${request.timeoutMs / 1000} s`);

/** Nobody there is another fact than somebody who hung up: only the first says that no instance runs. */
export function connectionError(error: NodeJS.ErrnoException, request: Exchange): AgentBrainError {
  const address = `${request.host}:${request.port}`;
  if (error.code === 'ECONNREFUSED') {
    return new AgentBrainError('INSTANCE_NOT_RUNNING', `Nobody listens at ${address} — the instance has ended`, { cause: error });
  }
  return new AgentBrainError(
    'INSTANCE_NO_ANSWER',
    `The connection to ${address} broke during ${request.method} ${request.path} — ${error.code ?? error.message}`,
    {
      cause: error,
    },
  );
}
