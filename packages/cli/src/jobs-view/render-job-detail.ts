import { isPause } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';
import { renderFields, type View } from '../render/index.ts';
import { formatBytes, formatCount, formatDuration, printableLine } from '../terminal/index.ts';
import { statusColor } from './render-jobs.ts';

function describeRetry(retry: Job['progress']['retry']): [string, string | undefined] {
  if (retry === undefined) return ['retry', undefined];
  const { code, message, attempt, next_at: nextAt } = retry;
  if (isPause(code)) return ['paused', `until ${nextAt} at least, ${code}: ${printableLine(message)}`];
  return ['retry', `${attempt} at ${nextAt}: ${printableLine(message)}`];
}

/** All about one job. */
export function renderJobDetail(job: Job, view: View): string {
  const { progress, stats, error } = job;
  const fields: [string, string | undefined][] = [
    ['folder', printableLine(job.folder_path)],
    [
      'operation',
      `${job.operation}${job.request.force ? ', every file again' : ''}${job.trigger === 'watch' ? ', because files had changed' : ''}`,
    ],
    ['created', job.created_at],
    ['started', job.started_at ?? undefined],
    ['ended', job.completed_at ?? undefined],
    ['place', job.queue_position === undefined ? undefined : `${job.queue_position} in the queue`],
    ['progress', describeProgress(job)],
    ['current', progress.current_file === null ? undefined : printableLine(progress.current_file)],
    ['left', job.eta_s === undefined ? undefined : formatDuration(job.eta_s * 1000)],
    describeRetry(progress.retry),
    [
      'changes',
      stats === null ? undefined : `${stats.added} added, ${stats.changed} changed, ${stats.removed} removed, ${stats.unchanged} unchanged`,
    ],
    ['skipped', stats === null ? undefined : describeSkips(stats.skipped_count)],
    ['took', stats === null ? undefined : formatDuration(stats.duration_ms.total)],
    ['crashes', job.attempts === 0 ? undefined : String(job.attempts)],
    ['error', error === null ? undefined : view.style('red', `${printableLine(error.code)}: ${printableLine(error.message)}`)],
    ['on disk', job.persisted === false ? view.style('yellow', 'no, in memory only: the disk refused it') : undefined],
  ];
  const skipped = view.verbose
    ? (stats?.skipped ?? []).map(({ path, reason }) => view.style('dim', `    ${printableLine(path)}  ${reason.replaceAll('_', ' ')}`))
    : [];
  return [`${job.id}  ${view.style(statusColor[job.status], job.status)}`, renderFields(fields, view), ...skipped].join('\n');
}

function describeProgress({ progress, progress_percent: percent, status }: Job): string | undefined {
  if (status === 'queued') return undefined;
  const files = `${formatCount(progress.files_done)} of ${formatCount(progress.files_total)} files`;
  // The last phase of a job that has ended says nothing any more.
  const phase = status === 'running' ? ` (${progress.phase})` : '';
  return `${Math.floor(percent)} %${phase}, ${files}, ${formatCount(progress.chunks_done)} chunks, ${formatBytes(progress.bytes_done)}`;
}

function describeSkips(counts: NonNullable<Job['stats']>['skipped_count']): string | undefined {
  const shown = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason.replaceAll('_', ' ')} ${formatCount(count)}`);
  return shown.length === 0 ? undefined : shown.join(', ');
}
