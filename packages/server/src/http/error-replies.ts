import { AgentBrainError, asAgentBrainError, isAgentBrainError, toProblem } from '@agent-brain/contract/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpLog } from './service.ts';

interface FrameworkError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message: string;
}

/** The one place where an error becomes a response: `application/problem+json` (RFC 9457). */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: HttpLog): FastifyReply {
  const error = isAgentBrainError(thrown) ? thrown : translate(thrown as FrameworkError, request);
  if (error.kind === 'internal') log.error({ request_id: request.id, err: thrown }, 'request failed');
  if (error.retryAfterS !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterS));
  if (error.code === 'TOKEN_INVALID') reply.header('www-authenticate', 'Bearer');
  return reply
    .code(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error, request.id)));
}

/** What Fastify itself refuses, in our words. */
function translate(error: FrameworkError, request: FastifyRequest): AgentBrainError {
  const type = JSON.stringify(request.headers['content-type'] ?? '');
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AgentBrainError(
        'REQUEST_TOO_LARGE',
        `The body of ${request.method} ${pathOf(request)} is larger than ${request.routeOptions.bodyLimit} bytes`,
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return new AgentBrainError('REQUEST_NOT_JSON', `The content type is ${type}, and only application/json is read`);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return invalidBody('its length is not the announced one');
    case 'FST_ERR_BAD_URL':
      return new AgentBrainError('REQUEST_INVALID', 'The path of the request is not correctly percent-encoded');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new AgentBrainError('ROUTE_UNKNOWN', 'A part of the path is longer than any id');
    default:
      // A body that is no JSON: the parser's error has a status, and no code of the framework.
      if (error.statusCode === 400) return invalidBody(error.message);
      return asAgentBrainError(error);
  }
}

const invalidBody = (why: string): AgentBrainError =>
  new AgentBrainError('REQUEST_INVALID', `The body is not JSON — ${why}`, { errors: [{ pointer: '', message: `Not JSON: ${why}` }] });

/** Without the query: it may hold what does not belong in messages and logs. */
export const pathOf = (request: FastifyRequest): string => request.raw.url?.split('?', 1)[0] ?? '/';
