import { projectQuerySchema } from '@agent-brain/contract/projects';
import type { HttpDoor } from '@agent-brain/mcp/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authority } from './guards.ts';
import type { TransportLimits } from './limits.ts';
import type { Service } from './service.ts';

/**
 * `/mcp`: MCP over streamable HTTP, behind the same guards as every route. Loaded at the first request, so that a start
 * does not pay for it. It asks this instance over HTTP, as any other client does: one way in, one set of limits.
 */
export function registerMcp(app: FastifyInstance, service: Service, limits: TransportLimits): void {
  let door: Promise<HttpDoor> | undefined;
  const open = async (): Promise<HttpDoor> => {
    const { openHttpDoor } = await import('@agent-brain/mcp/http');
    return openHttpDoor({
      endpoint: { baseUrl: ownUrl(service), token: service.token },
      bodyBytes: limits.bodyBytes,
      onError: (error) => service.log.warn({ err: error }, 'mcp request refused'),
    });
  };
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    door ??= open();
    const { handle } = await door;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    await handle(request.raw, reply.raw);
    // Its head promised to keep the connection, which a stop would wait for.
    if (service.isStopping()) request.raw.socket.end();
    return reply;
  };
  // The library reads the body itself and answers in the form of JSON-RPC when it is none.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
    scope.post('/mcp', { schema: { querystring: projectQuerySchema } }, serve);
    done();
  });
  app.addHook('preClose', async () => (await door)?.close());
}

/** Where this instance is reached from its own machine; one that listens on all addresses answers on loopback. */
function ownUrl(service: Service): string {
  const { host, port } = service.address() ?? { host: '127.0.0.1', port: 0 };
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${authority({ host: reachable, port })}`;
}
