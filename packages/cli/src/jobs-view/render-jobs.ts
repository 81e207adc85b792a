import { isPause } from '@agent-brain/contract/errors';
import type { Job, JobList, JobStatus } from '@agent-brain/contract/jobs';
import type { View } from '../render/index.ts';
import { renderTable } from '../tables/index.ts';
import { formatAge, formatCount, formatDuration, formatPlural, printableLine } from '../terminal/index.ts';

/** Everything that is not a folder, with the spaces between the columns. */
const OTHER_COLUMNS = 62;
const SHORTEST_FOLDER = 16;

/** The jobs as a table, with a line of sums. */
export function renderJobs(list: JobList, view: View): string {
  if (list.jobs.length === 0) return list.total === 0 ? 'No jobs. Next: agent-brain index' : 'No jobs on this page';
  const room = Math.max(SHORTEST_FOLDER, view.columns - OTHER_COLUMNS);
  const rows = list.jobs.map((job) => [
    job.id,
    view.style(statusColor[job.status], job.status),
    view.verbose ? printableLine(job.folder_path) : shorten(printableLine(job.folder_path), room),
    describeProgress(job),
    view.verbose ? job.created_at : formatAge(job.created_at, view.now),
  ]);
  const table = renderTable(['ID', 'STATUS', 'FOLDER', 'PROGRESS', 'CREATED'], rows, view);
  return `${table}\n${view.style('dim', renderCounts(list))}`;
}

export const statusColor = {
  queued: 'yellow',
  running: 'cyan',
  completed: 'green',
  failed: 'red',
  cancelled: 'dim',
} as const satisfies Record<JobStatus, string>;

function renderCounts(list: JobList): string {
  const counts: [number, string][] = [
    [list.running_count, 'running'],
    [list.queued_count, 'queued'],
    [list.completed_count, 'completed'],
    [list.failed_count, 'failed'],
    [list.cancelled_count, 'cancelled'],
  ];
  const sums = counts.filter(([count]) => count > 0).map(([count, status]) => `${formatCount(count)} ${status}`);
  const hidden = list.total - list.jobs.length;
  return `${sums.join(', ')}${hidden > 0 ? `; ${formatCount(hidden)} not shown (--limit)` : ''}`;
}

function describeProgress(job: Job): string {
  if (job.status === 'queued') return `place ${job.queue_position ?? 1}`;
  if (job.status === 'running') {
    const { retry } = job.progress;
    if (retry !== undefined) return isPause(retry.code) ? 'paused' : `retry ${retry.attempt}`;
    return `${Math.floor(job.progress_percent)} %${job.eta_s === undefined ? '' : `, ${formatDuration(job.eta_s * 1000)} left`}`;
  }
  if (job.status === 'failed') return printableLine(job.error?.code ?? 'JOB_FAILED');
  return job.status === 'completed' ? formatPlural(job.total_documents, 'file') : `${Math.floor(job.progress_percent)} %`;
}

/** The end of a path says more than its beginning. */
const shorten = (text: string, room: number): string => (text.length <= room ? text : `…${text.slice(text.length - room + 1)}`);
