import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Service } from './service.ts';

/** Everything comes from this server: the page works offline and can leak nowhere. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;

/** Of the request, what a static file's answer depends on. */
const PASSED_ON = ['if-none-match', 'if-modified-since', 'range'] as const;

/**
 * `/docs` and `/openapi.json`. Both come from a second app, which is built at the first visit:
 * documentation costs a start nothing.
 */
export function registerDocs(app: FastifyInstance, { instanceId }: Service): void {
  let docs: Promise<FastifyInstance> | undefined;
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    docs ??= import('./docs-app.ts').then(({ buildDocsApp }) => buildDocsApp(instanceId));
    const answer = await (await docs).inject({
      method: 'GET',
      url: request.url,
      headers: Object.fromEntries(
        PASSED_ON.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, request.headers[name]]])),
      ),
    });
    // Also what the file server forbids (`..%5c`, `%00`): it has a form of error of its own.
    if (answer.statusCode >= 400) {
      reply.callNotFound();
      return reply;
    }
    const { connection: _connection, 'content-length': _length, date: _date, ...headers } = answer.headers;
    return reply
      .code(answer.statusCode)
      .headers({ ...headers, ...PAGE_HEADERS })
      .send(answer.rawPayload);
  };
  for (const url of ['/openapi.json', '/docs', '/docs/*']) app.get(url, { config: { open: true, quiet: true } }, serve);
  app.addHook('onClose', async () => (await docs)?.close());
}
