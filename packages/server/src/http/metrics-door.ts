import type { FastifyInstance } from 'fastify';
import type { Service } from './service.ts';

export function registerMetrics(app: FastifyInstance, { metrics, projects }: Service): void {
  app.get('/metrics', { config: { quiet: true } }, async (_request, reply) => {
    const { contentType, text } = await metrics.render(projects);
    return reply.type(contentType).send(text);
  });
}
