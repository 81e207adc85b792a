import { AgentBrainError } from '@agent-brain/contract/errors';
import { PRODUCT_VERSION, PROTOCOL_VERSION } from '@agent-brain/contract/version';
import type { FastifyInstance } from 'fastify';
import { projectStatus } from '../projects/index.ts';
import { registerRoute } from './register-route.ts';
import type { Service } from './service.ts';

export function registerInstanceRoutes(app: FastifyInstance, service: Service): void {
  registerRoute(app, 'health', ({ query }) => {
    const proof = query.nonce === undefined ? undefined : service.proof(query.nonce);
    return {
      ...condition(service),
      mode: service.projects.mode,
      instance_id: service.instanceId,
      ...identityOf(service),
      version: PRODUCT_VERSION,
      protocol_version: PROTOCOL_VERSION,
      uptime_s: Math.round(service.uptimeS() * 1000) / 1000,
      ...(proof === undefined ? {} : { proof }),
    };
  });

  registerRoute(app, 'status', async ({ query }) =>
    projectStatus(await service.projects.look(query.project_id), service.projects.mode, process.memoryUsage.rss()),
  );

  registerRoute(app, 'shutdown', ({ body }, _request, reply) => {
    if (body.instance_id !== service.instanceId) {
      throw new AgentBrainError(
        'INSTANCE_MISMATCH',
        `The shutdown is meant for ${JSON.stringify(body.instance_id)}, and this is ${service.instanceId}`,
      );
    }
    if (body.if_idle === true) refuseWhileBusy(service);
    reply.header('connection', 'close');
    // After the answer is out: the stop closes connections.
    reply.raw.once('close', () => service.requestStop('shutdown requested by a client'));
    return { message: 'The instance is stopping' };
  });
}

/** Who makes room for a newer version must not lose work by it. */
function refuseWhileBusy({ projects }: Service): void {
  const busy = projects.loaded().find(({ queue }) => queue.stats().runningJobId !== null || queue.stats().queued > 0);
  if (busy === undefined) return;
  const { runningJobId, queued } = busy.queue.stats();
  const what = runningJobId === null ? `${queued} jobs of project ${busy.id} wait` : `job ${runningJobId} of project ${busy.id} runs`;
  throw new AgentBrainError('INSTANCE_BUSY', `The instance stops only when it is idle — ${what}`, {
    data: { project_id: busy.id, running_job_id: runningJobId, queued_jobs_count: queued },
  });
}

/** The project of an instance of one project; the number of them for a shared one. */
function identityOf({ projects }: Service): { project_id: string } | { active_projects: number } {
  const [project] = projects.loaded();
  return projects.mode === 'project' && project !== undefined ? { project_id: project.id } : { active_projects: projects.count };
}

function condition(service: Service): { status: 'healthy' | 'degraded' | 'unhealthy'; message: string } {
  if (service.isStopping()) return { status: 'unhealthy', message: 'stopping' };
  const corrupt = service.projects.loaded().filter((project) => project.engine.status().state === 'corrupt');
  if (corrupt.length > 0)
    return { status: 'degraded', message: 'the index is damaged and is being repaired; it answers from what is sound' };
  const unsaved = service.projects
    .loaded()
    .map((project) => project.queue.stats().trouble)
    .find((code) => code !== null);
  if (unsaved !== undefined)
    return { status: 'degraded', message: `jobs are kept in memory only: their file cannot be written (${unsaved})` };
  const indexing = service.projects.loaded().some((project) => project.queue.stats().runningJobId !== null);
  return { status: 'healthy', message: indexing ? 'ready, indexing' : 'ready' };
}
