import { type RouteId, type Route, type RouteRequest, type RouteResponse, routes } from '@agent-brain/contract/routes';
import { duringLogContext } from '@agent-brain/runtime/log';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No bearer token needed. */
    open?: boolean;
    /** A look at the instance, not a use of it: does not put off the idle stop. */
    quiet?: boolean;
    /** Answers with an event stream, which ends with its connection. */
    stream?: boolean;
  }
}

export type Handler<Id extends RouteId> = (
  input: RouteRequest<Id>,
  request: FastifyRequest,
  reply: FastifyReply,
) => RouteResponse<Id> | Promise<RouteResponse<Id>>;

const nothing = z.strictObject({});
/** Fastify says `null` for the body that a DELETE does not have. */
const noBody = z.custom((body) => body === undefined || body === null, 'This route takes no body');

/**
 * Puts one route of the contract's table at the door. Its schemas validate the request; a part
 * without a schema must be absent. The handler's answer is typed by the contract and written as it is.
 */
export function registerRoute<Id extends RouteId>(app: FastifyInstance, id: Id, handler: Handler<Id>): void {
  const route: Route = routes[id];
  app.route({
    method: route.method,
    url: route.path,
    schema: {
      ...(route.params === undefined ? {} : { params: route.params }),
      querystring: route.query ?? nothing,
      ...(route.method === 'GET' ? {} : { body: route.body ?? noBody }),
    },
    config: { open: !route.auth, quiet: route.tag === 'instance' && route.method === 'GET' },
    handler: async (request, reply) => {
      const input = { params: request.params, query: request.query, body: request.body } as RouteRequest<Id>;
      const answer = await duringLogContext({ request_id: request.id }, async () => handler(input, request, reply));
      return reply.code(route.status).send(answer);
    },
  });
}
