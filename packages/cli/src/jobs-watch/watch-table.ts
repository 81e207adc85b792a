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
/** Of a terminal's height: the head of the table, the sums, and the line of the cursor. */
const OTHER_LINES = 3;

/**
 * The table of jobs, drawn over itself with every event, until Ctrl-C. It shows as many as the terminal is high.
 * @throws the reason of the call's signal; SHUTTING_DOWN when the instance stops
 */
export async function watchTable(client: ApiClient, { status, limit = DEFAULT_ROWS }: TableWish, call: Call): Promise<void> {
  const { stdout } = call.terminal;
  const read = (): Promise<JobList> => client.call('jobs', { query: { status, limit } }, { signal: call.signal });
  let list = await read();
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (): void => {
    drawnAt = performance.now();
    const view = { style: stdout.style, now: call.now(), verbose: call.globals.verbose, columns: stdout.columns };
    stdout.repaint(renderJobs({ ...list, jobs: list.jobs.slice(0, Math.max(1, stdout.rows - OTHER_LINES)) }, view));
  };
  const ignoreSize = stdout.onResize(draw);
  try {
    draw();
    for await (const { job } of followEvents(client, 'events', {}, { signal: call.signal })) {
      const moved = withJob(list, job);
      // A new state changes places and sums, and those are the server's to tell.
      list = moved ?? (await read());
      if (moved === undefined || performance.now() - drawnAt >= REDRAW_MS) draw();
    }
  } finally {
    ignoreSize();
  }
  throw instanceStopped();
}

/** The list with the job's progress; undefined when more than that has changed. */
function withJob(list: JobList, job: Job): JobList | undefined {
  const shown = list.jobs.find(({ id }) => id === job.id);
  if (shown === undefined || shown.status !== job.status || job.completed_at !== null) return undefined;
  return { ...list, jobs: list.jobs.map((other) => (other === shown ? { ...job, queue_position: shown.queue_position } : other)) };
}
