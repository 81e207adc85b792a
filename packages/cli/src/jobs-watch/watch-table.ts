import { type ApiClient, followEvents } from '@agent-brain/client/api';
import type { Job, JobList, JobStatus } from '@agent-brain/contract/jobs';
import type { Call } from '../call/index.ts';
import { renderJobs } from '../jobs-view/index.ts';
import { instanceStopped } from './instance-stopped.ts';

export interface TableWish {
  readonly status: JobStatus | undefined;
  readonly limit: number | undefined;
}

const REDRAW_MS = 100;
const DEFAULT_ROWS = 20;

/**
 * The table of jobs, drawn over itself with every event, until Ctrl-C.
 * @throws the reason of the call's signal; SHUTTING_DOWN when the instance stops
 */
export async function watchTable(client: ApiClient, { status, limit = DEFAULT_ROWS }: TableWish, call: Call): Promise<void> {
  const { stdout } = call.terminal;
  const read = (): Promise<JobList> => client.call('jobs', { query: { status, limit } }, { signal: call.signal });
  let list = await read();
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (): void => {
    drawnAt = performance.now();
    stdout.repaint(renderJobs(list, { style: stdout.style, now: call.now(), verbose: call.globals.verbose, columns: stdout.columns }));
  };
  draw();
  for await (const { job } of followEvents(client, 'events', {}, { signal: call.signal })) {
    const moved = withJob(list, job);
    // A new state changes places and sums, and those are the server's to tell.
    list = moved ?? (await read());
    if (moved === undefined || performance.now() - drawnAt >= REDRAW_MS) draw();
  }
  throw instanceStopped();
}

/** The list with the job's progress; undefined when more than that has changed. */
function withJob(list: JobList, job: Job): JobList | undefined {
  const shown = list.jobs.find(({ id }) => id === job.id);
  if (shown === undefined || shown.status !== job.status || job.completed_at !== null) return undefined;
  return { ...list, jobs: list.jobs.map((other) => (other === shown ? { ...job, queue_position: shown.queue_position } : other)) };
}
