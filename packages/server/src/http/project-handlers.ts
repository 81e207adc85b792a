import type { FastifyInstance } from 'fastify';
import { registerRoute } from './register-route.ts';
import type { Service } from './service.ts';

export function registerProjectRoutes(app: FastifyInstance, { projects }: Service): void {
  registerRoute(app, 'projects', () => ({ projects: projects.list() }));
  registerRoute(app, 'projectAdd', ({ body }) =>
    projects.add(body.project_root, { allowSystemDirectory: body.allow_system_directory === true }),
  );
  registerRoute(app, 'projectRemove', ({ params, query }) => projects.remove(params.id, { purge: query.purge === true }));

  registerRoute(app, 'projectStatus', async ({ params }) => {
    const { id, root, index, jobs } = await projects.look(params.id);
    return {
      project_id: id,
      project_root: root,
      total_documents: index.documents,
      total_chunks: index.chunks,
      last_indexed_at: index.lastIndexedAt,
      indexing_in_progress: jobs.runningJobId !== null,
    };
  });
}
