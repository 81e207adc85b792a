import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { AgentBrainError, toProblem } from '@agent-brain/contract/errors';
import type { LineBudget } from './line-budget.ts';
import type { HttpLog } from './service.ts';
import type { TransportLimits } from './limits.ts';

/**
 * Answers what never became a request: too slow, too long, not HTTP. Fastify has no reply object
 * here, so the response is written to the socket itself.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  limits: TransportLimits,
  log: HttpLog,
  strangers: LineBudget,
): void {
  // The peer is gone, or a response is on its way: a second one in it would be worse than none.
  if (error.code === 'ECONNRESET' || !socket.writable || hasResponseBegun(socket)) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const problem = toProblem(explain(error, limits), requestId);
  const body = JSON.stringify(problem);
  const extra = strangers.take();
  if (extra !== undefined) log.warn({ ...extra, request_id: requestId, status: problem.status, reason: error.code }, 'connection refused');
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${REASON_PHRASES[problem.status] ?? 'Error'}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  // Whoever neither reads nor hangs up would keep its place among the connections for good.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** Time to read the answer. */
const LINGER_MS = 1_000;

const REASON_PHRASES: Readonly<Record<number, string>> = { 400: 'Bad Request', 408: 'Request Timeout', 413: 'Content Too Large' };

function explain(error: NodeJS.ErrnoException, limits: TransportLimits): AgentBrainError {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AgentBrainError(
        'REQUEST_TIMEOUT',
        `The request was not complete after ${limits.headersTimeoutMs / 1000} s (headers) or ${limits.requestTimeoutMs / 1000} s (all of it)`,
      );
    case 'HPE_HEADER_OVERFLOW':
      return new AgentBrainError('REQUEST_TOO_LARGE', `The headers are larger than ${limits.headerBytes} bytes`, {
        hint: 'Send shorter headers.',
      });
    default:
      return new AgentBrainError('REQUEST_INVALID', `What arrived is not HTTP/1.1 (${error.code ?? 'unknown'})`);
  }
}

/** Node keeps the response that a socket is busy with in this undocumented, long-lived field. */
function hasResponseBegun(socket: Socket & { _httpMessage?: { headersSent?: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}
