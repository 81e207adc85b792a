import type { RouteId } from '@agent-brain/contract/routes';
import { doors } from '@agent-brain/contract/doors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type EarlierAnswer, earlierAnswer, translateRequest } from '../earlier-api/index.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for a request in the form of the Python program: what its answer has to say about that. */
    earlierForm?: { readonly warnings: readonly string[] };
  }
}

/**
 * Takes requests in the form of the Python program of the same name (docs/coming-from.md): with a `/` at the end of
 * the path, or with fields that only it knows. They are translated before they are checked, and their answers have its
 * names beside ours. Nothing changes for other requests.
 */
export function takeEarlierNames(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const route = routeOf(request);
    if (route === undefined) return done();
    const isEarlierPath = hasSlashAtEnd(request.originalUrl);
    const translated = translateRequest(route, { body: request.body, query: request.query }, isEarlierPath);
    if (translated.hasEarlierFields || isEarlierPath) {
      request.body = translated.body;
      request.query = translated.query;
      request.earlierForm = { warnings: translated.warnings };
    }
    done();
  });
  app.addHook('preSerialization', (request, reply, payload, done) => {
    const route = routeOf(request);
    const form = request.earlierForm;
    if (form === undefined || route === undefined || reply.statusCode >= 400 || !isObject(payload)) return done(null, payload);
    done(null, withWarnings(earlierAnswer(route, payload), form.warnings));
  });
}

function withWarnings(answer: EarlierAnswer, warnings: readonly string[]): EarlierAnswer {
  if (warnings.length === 0) return answer;
  const own = Array.isArray(answer['warnings']) ? answer['warnings'] : [];
  return { ...answer, warnings: [...own, ...warnings] };
}

const routeIds = new Map(Object.entries(doors).map(([id, { method, path }]) => [`${method} ${path}`, id as RouteId]));

const routeOf = ({ method, routeOptions }: FastifyRequest): RouteId | undefined => routeIds.get(`${method} ${routeOptions.url ?? ''}`);

const hasSlashAtEnd = (url: string): boolean => (url.split('?', 1)[0] as string).length > 1 && url.split('?', 1)[0]?.endsWith('/') === true;

const isObject = (value: unknown): value is EarlierAnswer => typeof value === 'object' && value !== null && !Array.isArray(value);
