import type { FastifyInstance } from 'fastify';
import { hangUpOf } from './hang-up.ts';
import { registerRoute } from './register-route.ts';
import type { Service } from './service.ts';

export function registerQueryRoutes(app: FastifyInstance, { projects, metrics }: Service): void {
  registerRoute(app, 'query', async ({ body }, _request, reply) => {
    const since = performance.now();
    const answer = await projects.use(body.project_id, async ({ engine, watch }) => {
      const pending = watch.pendingFiles;
      const found = await engine.query(body, hangUpOf(reply));
      return { ...found, pending_files: Math.max(pending, watch.pendingFiles) };
    });
    metrics.observeQuery(answer.mode, (performance.now() - since) / 1000);
    return answer;
  });

  registerRoute(app, 'chunk', ({ params, query }) => projects.use(query.project_id, ({ engine }) => engine.chunk(params.id)));
}
