import type { FastifyInstance } from 'fastify';
import { hangUpOf } from './hang-up.ts';
import { registerRoute } from './register-route.ts';
import type { Service } from './service.ts';

export function registerQueryRoutes(app: FastifyInstance, { projects, metrics }: Service): void {
  registerRoute(app, 'query', async ({ body }, _request, reply) => {
    const since = performance.now();
    const { engine, watch } = projects.find(body.project_id);
    const pending = watch.pendingFiles;
    const answer = await engine.query(body, hangUpOf(reply));
    metrics.observeQuery(answer.mode, (performance.now() - since) / 1000);
    return { ...answer, pending_files: Math.max(pending, watch.pendingFiles) };
  });

  registerRoute(app, 'chunk', ({ params, query }) => projects.find(query.project_id).engine.chunk(params.id));
}
