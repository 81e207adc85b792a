import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { asAgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import type { ServedProject } from '@agent-brain/contract/projects';
import type { ToolOutput } from '@agent-brain/contract/tools';
import { printableLine } from '@agent-brain/runtime/printable';
import type { ToolAnswer, ToolCall, ToolHandler } from './tool-call.ts';

type Standing = ToolOutput<'status'>;

const MAX_FOLDERS = 50;

export const status: ToolHandler<'status'> = async (_input, { connection, signal }) => {
  const { projectRoot, isServed } = await connection.outlook();
  const head = { project_root: projectRoot, running: isServed, version: PRODUCT_VERSION };
  if (!isServed) {
    const text = `${printableLine(projectRoot)} was never indexed, and nothing runs for it. search or index_folder begins.`;
    return { structured: { ...head, index: null, folders: [] }, text };
  }
  const query = connection.scope;
  const [standing, { folders }] = await Promise.all([
    connection.call('status', { query }, { signal }),
    connection.call('folders', { query }, { signal }),
  ]);
  const structured: Standing = {
    ...head,
    index: {
      total_documents: standing.total_documents,
      total_chunks: standing.total_chunks,
      last_indexed_at: standing.last_indexed_at,
      state: standing.index.state,
      generation: standing.index.generation,
      indexing_in_progress: standing.indexing_in_progress,
      progress_percent: standing.progress_percent,
      running_job_id: standing.running_job_id,
      queued_jobs_count: standing.queued_jobs_count,
      ...(standing.pending_files > 0 ? { pending_files: standing.pending_files } : {}),
      watcher: standing.watcher.state,
    },
    folders: folders
      .slice(0, MAX_FOLDERS)
      .map(({ folder_path, documents, last_indexed_at }) => ({ folder_path, documents, last_indexed_at })),
  };
  return { structured, text: describe(structured) };
};

function describe({ project_root, index, folders }: Standing): string {
  if (index === null) return printableLine(project_root);
  const lines = [
    `${printableLine(project_root)}: ${index.total_documents} files, ${index.total_chunks} chunks, index ${index.state}`,
    index.last_indexed_at === null ? 'never indexed to the end' : `last indexed ${index.last_indexed_at}`,
    index.watcher === 'off' ? 'changes of files need index_folder' : 'changes of files are taken up by themselves',
  ];
  if (index.state === 'corrupt') lines.push('the index is damaged and is being repaired; it answers from what is sound');
  if (index.state === 'rebuilding') lines.push('the index is being rebuilt; it answers from what is there');
  if (index.running_job_id !== null) lines.push(`indexing: ${index.running_job_id}, ${index.progress_percent ?? 0} %`);
  if (index.pending_files !== undefined) lines.push(`${index.pending_files} changed files are not in the index yet`);
  if (index.queued_jobs_count > 0) lines.push(`${index.queued_jobs_count} jobs wait`);
  return [...lines, ...folders.map(({ folder_path, documents }) => `folder ${printableLine(folder_path)}: ${documents} files`)].join('\n');
}

export const listProjects: ToolHandler<'list_projects'> = async (_input, call) => {
  try {
    return await theProject(call);
  } catch (error) {
    if (isAgentBrainError(error) && error.code === 'PROJECT_ID_REQUIRED') return await allProjects(call);
    throw error;
  }
};

type Listed = ToolOutput<'list_projects'>['projects'][number];

/** The one that this connection is about; the user daemon serves others as well. */
async function theProject({ connection, signal }: ToolCall): Promise<ToolAnswer<ToolOutput<'list_projects'>>> {
  const { isServed, projectRoot, projectId } = await connection.outlook();
  if (!isServed) return { structured: { projects: [] }, text: `None yet: ${printableLine(projectRoot)} was never indexed.` };
  const query = connection.scope;
  const [{ project_id }, standing] = await Promise.all([
    connection.call('health', { query: {} }, { signal }),
    connection.call('status', { query }, { signal }),
  ]);
  const { project_root, total_documents, total_chunks, last_indexed_at, indexing_in_progress } = standing;
  const project: Listed = {
    project_id: project_id ?? projectId ?? '',
    project_root,
    total_documents,
    total_chunks,
    last_indexed_at,
    indexing_in_progress,
  };
  return { structured: { projects: [project] }, text: describeProject(project) };
}

/** A connection to the user daemon that names no project. One that cannot be looked at hides no other. */
async function allProjects({ connection, signal }: ToolCall): Promise<ToolAnswer<ToolOutput<'list_projects'>>> {
  const { projects } = await connection.call('projects', {}, { signal });
  const looks = await Promise.allSettled(
    projects.map(({ project_id }) => connection.call('projectStatus', { params: { id: project_id } }, { signal })),
  );
  signal.throwIfAborted();
  const listed = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
  const failed = looks.flatMap((look, index) => (look.status === 'rejected' ? [describeFailure(projects[index], look.reason)] : []));
  const lines = [...listed.map(describeProject), ...failed];
  return { structured: { projects: listed }, text: lines.length === 0 ? 'None yet.' : lines.join('\n') };
}

const describeProject = ({ project_id, project_root, total_documents, indexing_in_progress }: Listed): string =>
  `${project_id} ${printableLine(project_root)}: ${total_documents} files${indexing_in_progress ? ', being indexed' : ''}`;

const describeFailure = (project: ServedProject | undefined, reason: unknown): string =>
  `${project?.project_id} ${printableLine(project?.project_root ?? '')}: ${printableLine(asAgentBrainError(reason).message)}`;
