import fs from 'node:fs';
import path from 'node:path';
import { type IndexRequest, indexRequestSchema, type Job } from '@agent-brain/contract/jobs';
import { isInside, type JobSubmission } from '../jobs/index.ts';
import type { Project } from './project.ts';

/**
 * After a project was moved, what its index says is true only if the files still say it: every folder
 * is indexed again at its new place, as it was asked for and by content, and forgotten at its old one (docs/design/instances.md#trust).
 *
 * @param oldRoot where the project was when it was indexed
 * @returns the jobs; the move is dealt with when all of them have completed
 */
export async function reverifyMoved(project: Project, oldRoot: string): Promise<Job[]> {
  const folders = await project.engine.folderRequests();
  return folders
    .filter(({ folderPath: folder }) => isInside(oldRoot, folder) && !isInside(project.root, folder))
    .flatMap(({ folderPath: folder, request }) => {
      const moved = path.join(project.root, path.relative(oldRoot, folder));
      // The new place takes the files over; what the old one still owns then is gone.
      return fs.existsSync(moved)
        ? [submission('index', moved, { ...request, force: true }), submission('remove', folder)]
        : [submission('remove', folder)];
    })
    .map((wanted) => project.queue.submit(wanted, { replace: true }).job);
}

const submission = (operation: 'index' | 'remove', folder: string, request: Partial<IndexRequest> = {}): JobSubmission => ({
  operation,
  folder,
  request: indexRequestSchema.parse({ ...request, folder_path: folder }),
});
