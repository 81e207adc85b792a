import type { FastifyInstance } from 'fastify';
import { registerRoute } from './register-route.ts';
import type { Service } from './service.ts';

export function registerQueryRoutes(app: FastifyInstance, { projects, metrics }: Service): void {
  registerRoute(app, 'query', async ({ body }) => {
    const since = performance.now();
    const answer = await projects.find(body.project_id).engine.query(body);
    metrics.observeQuery(answer.mode, (performance.now() - since) / 1000);
    return answer;
  });

  registerRoute(app, 'chunk', ({ params, query }) => projects.find(query.project_id).engine.chunk(params.id));
}
