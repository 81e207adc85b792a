import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { type IndexCheck, type IndexRequest, indexRequestSchema, type Job, type JobAccepted } from '@agent-brain/contract/jobs';
import { compileGlobs } from '@agent-brain/search/globs';
import { resolveLanguages } from '@agent-brain/search/languages';
import type { FastifyInstance } from 'fastify';
import { checkFolder, type JobSubmission } from '../jobs/index.ts';
import { indexConfig, type Project } from '../projects/index.ts';
import { hangUpOf } from './hang-up.ts';
import { narrowerFolders, refuseLoss } from './index-selection.ts';
import { registerRoute } from './register-route.ts';
import type { Service } from './service.ts';

export function registerIndexRoutes(app: FastifyInstance, { projects }: Service): void {
  const indexing =
    (operation: 'index' | 'add') =>
    async ({
      body,
      query,
    }: {
      body: IndexRequest;
      query: { replace?: boolean | undefined; confirm?: boolean | undefined };
    }): Promise<JobAccepted> => {
      return projects.use(body.project_id, async (project) => {
        const folder = await validFolder(project, body);
        // What is added to removes nothing.
        if (operation === 'index' && query.confirm !== true) await refuseLoss(project, folder, body);
        const warnings = await narrowerFolders(project, folder);
        const accepted = await submit(project, { operation, folder, request: body }, query);
        return warnings.length === 0 ? accepted : { ...accepted, warnings };
      });
    };
  registerRoute(app, 'index', indexing('index'));
  registerRoute(app, 'indexAdd', indexing('add'));

  registerRoute(app, 'indexPlan', ({ body }, _request, reply) =>
    projects.use(body.project_id, async (project) => {
      const folder = await validFolder(project, body);
      const config = indexConfig(project.config);
      return project.engine.plan({ folder, operation: 'index', request: body, config, signal: hangUpOf(reply) });
    }),
  );

  registerRoute(app, 'indexReset', ({ query }) => {
    if (query.confirm !== true) throw new AgentBrainError('CONFIRMATION_REQUIRED', 'Clearing the index was not confirmed');
    return projects.use(query.project_id, (project) => {
      const request = indexRequestSchema.parse({ folder_path: project.root });
      return submit(project, { operation: 'reset', folder: project.root, request });
    });
  });

  registerRoute(app, 'indexVerify', async ({ body }): Promise<IndexCheck> => {
    const { ok, problems, generation, documents, chunks, bytes, durationMs } = await projects.use(body.project_id, ({ engine }) =>
      engine.verify(),
    );
    return { ok, problems, generation, documents, chunks, bytes, duration_ms: durationMs };
  });

  registerRoute(app, 'indexRepair', ({ body }) =>
    projects.use(body.project_id, (project) => {
      const request = indexRequestSchema.parse({ folder_path: project.root, force: body.force });
      return submit(project, { operation: 'repair', folder: project.root, request });
    }),
  );

  registerRoute(app, 'folders', async ({ query }) => ({
    folders: await projects.use(query.project_id, ({ engine }) => engine.folders()),
  }));

  registerRoute(app, 'folderRemove', ({ query }) =>
    projects.use(query.project_id, async (project) => {
      const folder = await indexedFolder(project, query.folder_path);
      return submit(project, { operation: 'remove', folder, request: indexRequestSchema.parse({ folder_path: folder }) });
    }),
  );

  registerRoute(app, 'jobs', ({ query }) => projects.use(query.project_id, ({ queue }) => queue.list(query)));
  registerRoute(app, 'job', ({ params, query }) => projects.use(query.project_id, ({ queue }) => queue.get(params.id)));
  registerRoute(app, 'jobCancel', ({ params, query }) =>
    projects.use(query.project_id, ({ queue }) => queue.cancel(params.id, { force: query.force })),
  );
}

async function validFolder(project: Project, request: IndexRequest): Promise<string> {
  const size = request.chunk_size ?? project.config.chunk_size;
  const overlap = request.chunk_overlap ?? project.config.chunk_overlap;
  if (overlap >= size) {
    const message = `must be smaller than the chunk size (${size})`;
    throw new AgentBrainError('REQUEST_INVALID', `chunk_overlap is ${overlap} — it ${message}`, {
      errors: [{ pointer: '/chunk_overlap', message }],
    });
  }
  checkSelection(request);
  return checkFolder({ folderPath: request.folder_path, projectRoot: project.root, allowExternal: request.allow_external });
}

/** What the run would refuse only after its turn in the queue. @throws REQUEST_INVALID */
function checkSelection({ include = [], exclude = [], languages = [] }: IndexRequest): void {
  compileGlobs(include);
  compileGlobs(exclude);
  resolveLanguages(languages);
}

/** A folder that was indexed may be gone from the disk, so it is looked for in the index and nowhere else. */
async function indexedFolder(project: Project, given: string): Promise<string> {
  const folder = path.resolve(project.root, given);
  const indexed = (await project.engine.folders()).map(({ folder_path }) => path.resolve(project.root, folder_path));
  if (indexed.includes(folder)) return folder;
  throw new AgentBrainError(
    'FOLDER_NOT_INDEXED',
    `The folder ${JSON.stringify(given)} is not indexed — indexed are: ${indexed.join(', ') || 'none'}`,
  );
}

const VERBS: Readonly<Record<Job['operation'], string>> = {
  index: 'will be indexed',
  add: 'will be added to the index',
  remove: 'will be removed from the index',
  reset: 'will lose its index',
  repair: 'will have its index checked, and built again where it is damaged',
};

/** Answers when the disk has the job, or has refused it. */
async function submit(project: Project, submission: JobSubmission, options: { replace?: boolean | undefined } = {}): Promise<JobAccepted> {
  const { job, position, length, replacedId, persisted } = project.queue.submit(submission, options);
  const isPersisted = await persisted;
  return {
    job_id: job.id,
    status: 'queued',
    queue_position: position,
    queue_length: length,
    message: `${submission.folder} ${VERBS[submission.operation]} (${position} of ${length} in the queue)`,
    ...(isPersisted ? {} : { persisted: false }),
    ...(replacedId === undefined ? {} : { replaced_job_id: replacedId }),
  };
}
