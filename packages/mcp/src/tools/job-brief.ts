import type { Job } from '@agent-brain/contract/jobs';
import { printableLine } from '@agent-brain/runtime/printable';
import type { JobBrief } from '@agent-brain/contract/tools';

export const asBrief = (job: Job): JobBrief => ({
  id: job.id,
  status: job.status,
  operation: job.operation,
  folder_path: job.folder_path,
  phase: job.progress.phase,
  progress_percent: job.progress_percent,
  files_done: job.progress.files_done,
  files_total: job.progress.files_total,
  total_chunks: job.total_chunks,
  created_at: job.created_at,
  completed_at: job.completed_at,
  ...(job.queue_position === undefined ? {} : { queue_position: job.queue_position }),
  ...(job.eta_s === undefined ? {} : { eta_s: job.eta_s }),
  error: job.error,
  result: resultOf(job),
});

function resultOf({ stats }: Job): JobBrief['result'] {
  if (stats === null) return null;
  const { added, changed, removed, unchanged, skipped_count } = stats;
  return { added, changed, removed, unchanged, skipped_count };
}

/** One line about a job. */
export function describeJob(job: JobBrief): string {
  const head = `${job.id} ${job.status}: ${job.operation} ${printableLine(job.folder_path)}`;
  if (job.status === 'queued') return `${head}, place ${job.queue_position ?? 1} in the queue`;
  if (job.status === 'running') return `${head}, ${howFar(job)}${job.eta_s === undefined ? '' : `, about ${Math.ceil(job.eta_s)} s left`}`;
  if (job.error !== null) return `${head} — ${printableLine(job.error.message)} [${job.error.code}]`;
  return job.result === null ? head : `${head}, ${describeResult(job.result)}`;
}

export const howFar = ({ phase, files_done, files_total }: Pick<JobBrief, 'phase' | 'files_done' | 'files_total'>): string =>
  files_total === 0 ? phase : `${files_done} of ${files_total} files`;

function describeResult({ added, changed, removed, unchanged, skipped_count }: NonNullable<JobBrief['result']>): string {
  const skipped = Object.entries(skipped_count).map(([reason, count]) => `${count} ${reason}`);
  return `files: ${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged${skipped.length === 0 ? '' : `; skipped: ${skipped.join(', ')}`}`;
}
