import type { SharedProject } from './shared-project.ts';

/**
 * Loads a project in which an earlier daemon left jobs, and waits until these have ended or the project leaves.
 * @throws what loading throws
 */
export async function finishJobs(served: SharedProject): Promise<void> {
  if (!(await served.hasUnfinishedJobs())) return;
  const { project, signal, release } = await served.lease();
  const { queue } = project;
  const unfinished = (['running', 'queued'] as const).flatMap((status) => queue.list({ status, limit: 1_000, offset: 0 }).jobs);
  const ended = Promise.all(unfinished.map(({ id }) => queue.ended(id)));
  const left = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  // The jobs keep it in memory from here on.
  release();
  if (!signal.aborted) await Promise.race([ended, left]);
}
