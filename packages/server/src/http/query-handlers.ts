import { AgentBrainError } from '@agent-brain/contract/errors';
import type { FastifyInstance } from 'fastify';
import { queryProject, queryProjects } from '../projects/index.ts';
import { hangUpOf } from './hang-up.ts';
import { registerRoute } from './register-route.ts';
import type { Service } from './service.ts';

export function registerQueryRoutes(app: FastifyInstance, { projects, metrics }: Service): void {
  registerRoute(app, 'query', async ({ body }, _request, reply) => {
    const since = performance.now();
    const { project_id: id, project_ids: ids, ...question } = body;
    const signal = hangUpOf(reply);
    if (id !== undefined && ids !== undefined) throw twoWays();
    const answer =
      ids === undefined || projects.mode === 'project'
        ? await projects.use(id, (project) => queryProject(project, question, signal))
        : await queryProjects(projects, ids, question, signal);
    metrics.observeQuery(answer.mode, (performance.now() - since) / 1000);
    return answer;
  });

  registerRoute(app, 'chunk', ({ params, query }) => projects.use(query.project_id, ({ engine }) => engine.chunk(params.id)));
}

const twoWays = (): AgentBrainError =>
  new AgentBrainError('REQUEST_INVALID', 'Both project_id and project_ids are given — one of them says which projects are meant', {
    errors: [{ pointer: '/project_ids', message: 'not together with project_id' }],
  });
