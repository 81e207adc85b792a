import fs from 'node:fs';
import path from 'node:path';
import { indexRequestSchema, type Job } from '@agent-brain/contract/jobs';
import { isInside, type JobSubmission } from '../jobs/index.ts';
import type { Project } from './project.ts';

/**
 * After a project was moved, what its index says is true only if the files still say it: every folder
 * is indexed again at its new place, by content, and forgotten at its old one (contract: instances, "Trust").
 *
 * @param oldRoot where the project was when it was indexed
 * @returns the jobs; the move is dealt with when all of them have completed
 */
export async function reverifyMoved(project: Project, oldRoot: string): Promise<Job[]> {
  const folders = (await project.engine.folders()).map(({ folder_path }) => folder_path);
  return folders
    .filter((folder) => isInside(oldRoot, folder) && !isInside(project.root, folder))
    .flatMap((folder) => {
      const moved = path.join(project.root, path.relative(oldRoot, folder));
      // The new place takes the files over; what the old one still owns then is gone.
      return fs.existsSync(moved) ? [submission('index', moved), submission('remove', folder)] : [submission('remove', folder)];
    })
    .map((wanted) => project.queue.submit(wanted, { replace: true }).job);
}

const submission = (operation: 'index' | 'remove', folder: string): JobSubmission => ({
  operation,
  folder,
  request: indexRequestSchema.parse({ folder_path: folder, force: operation === 'index' }),
});
