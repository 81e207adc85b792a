import { setTimeout as sleep } from 'node:timers/promises';
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
  for (let repeats = 0; ; repeats++) {
    try {
      return await exchangeOnce(repeats === 0 ? request : { ...request, agent: false });
    } catch (error) {
      if (!(error instanceof LostConnection)) throw error;
      if (repeats === MAX_REPEATS) throw connectionError(error.reason, request);
      if (repeats > 0) await sleep(REPEAT_PAUSE_MS);
    }
  }
}

/**
 * A kept connection may have been closed by the server, unseen by a process that slept, was stopped or was busy. A process
 * that is being killed resets new connections too until the system has closed its port: then the last try is refused.
 */
const MAX_REPEATS = 3;
const REPEAT_PAUSE_MS = 50;

/** The connection was reset before an answer began, and the request may be sent again. */
class LostConnection extends Error {
  readonly reason: NodeJS.ErrnoException;

  constructor(reason: NodeJS.ErrnoException) {
    super(reason.message);
    this.reason = reason;
  }
}

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
      const isLost = isRepeatable(request) && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      fail(isLost ? new LostConnection(error) : connectionError(error, request));
    });
    outgoing.on('response', (response) => {
      collect(response, request).then((answer) => settle(() => resolve(answer)), fail);
    });
    outgoing.end(request.body);
  });
}

/** Asking twice changes nothing. */
const isRepeatable = ({ method, path }: Exchange): boolean => method === 'GET' || (method === 'POST' && path === '/query');

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
