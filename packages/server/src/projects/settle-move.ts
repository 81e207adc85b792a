import { stateRecordSchema } from '@agent-brain/contract/instances';
import { confirmMove, type ProjectPaths } from '@agent-brain/runtime/project';
import { readRecord } from '@agent-brain/runtime/records';
import type { Project } from './project.ts';
import { reverifyMoved } from './reverify-moved.ts';

/**
 * Re-verifies the index of a project that was moved, in the background: it answers meanwhile. Until all
 * jobs have completed the state dir goes on saying where the project was, so that a crash starts over.
 */
export async function settleMove(
  project: Project,
  paths: ProjectPaths,
  log: { warn(fields: object, message: string): void },
): Promise<void> {
  const state = await readRecord(paths.stateFile, stateRecordSchema);
  if (state.state !== 'ok' || state.value.project_root === paths.root) return;
  const { project_root: oldRoot } = state.value;
  const jobs = await reverifyMoved(project, oldRoot);
  log.warn(
    { from: oldRoot, to: paths.root, jobs: jobs.map((job) => job.id) },
    'the project was moved; its files are compared with the index',
  );
  const ends = await Promise.all(jobs.map((job) => project.queue.ended(job.id)));
  if (ends.every((job) => job.status === 'completed')) await confirmMove(paths);
}
