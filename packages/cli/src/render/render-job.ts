import type { IndexPlan, Job, JobAccepted } from '@agent-brain/contract/jobs';
import { formatBytes, formatCount, formatDuration, formatPlural, printableLine } from '../terminal/index.ts';
import { renderRepair } from './render-check.ts';
import type { View } from './view.ts';

/** The end of an index job that went well. */
export function renderJob(job: Job, view: View): string {
  const { stats } = job;
  if (stats?.repair !== undefined) return renderRepair(job, stats, stats.repair, view);
  if (stats === null)
    return `${view.style('green', '✔')} Indexed ${formatPlural(job.total_documents, 'file')}, ${formatPlural(job.total_chunks, 'chunk')}.`;
  // Skipped files are counted below, by reason.
  const files = formatPlural(stats.added + stats.changed + stats.unchanged, 'file');
  const changes = [
    [stats.added, 'added'],
    [stats.changed, 'changed'],
    [stats.removed, 'removed'],
    [stats.unchanged, 'unchanged'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, what]) => `${formatCount(Number(count))} ${what}`);
  const detail = changes.length === 0 ? '' : ` (${changes.join(', ')})`;
  // The chunks of this run only: unchanged files keep theirs.
  const written = job.total_chunks === 0 ? '' : `: ${formatPlural(job.total_chunks, 'chunk')} written`;
  const first = `${view.style('green', '✔')} Indexed ${files}${detail} in ${formatDuration(stats.duration_ms.total)}${written}.`;
  return [first, ...renderSkips(stats, view)].join('\n');
}

export const renderAccepted = (accepted: JobAccepted): string =>
  [
    `${accepted.job_id}  queued, place ${accepted.queue_position}. \`agent-brain jobs ${accepted.job_id} --watch\` follows it.`,
    ...(accepted.replaced_job_id === undefined ? [] : [`It replaces ${accepted.replaced_job_id}.`]),
    ...(accepted.persisted === false ? ['It is in memory only, because the disk refused it: it is lost if the instance dies.'] : []),
  ].join('\n');

const shownFiles = 20;

/** What an index would read. */
export function renderPlan(plan: IndexPlan, view: View): string {
  const languages = Object.entries(plan.languages)
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([language, count]) => `${printableLine(language)} ${formatCount(count)}`);
  const shown = view.verbose ? plan.files : plan.files.slice(0, shownFiles);
  const rest = plan.total_files - shown.length;
  return [
    `Would index ${formatPlural(plan.total_files, 'file')} (${formatBytes(plan.total_bytes)}) of ${printableLine(plan.folder_path)}.`,
    ...(languages.length === 0 ? [] : [`  ${languages.join(', ')}`]),
    ...shown.map(({ path }) => `  ${printableLine(path)}`),
    ...(rest > 0 ? [view.style('dim', `  … and ${formatCount(rest)} more${view.verbose ? '' : ' (--verbose shows them)'}`)] : []),
    ...renderSkips(plan, view),
  ].join('\n');
}

/** The command that names each skipped file. */
const listCommand = 'agent-brain index --dry-run --verbose';

/** How many files were skipped, by reason, the most frequent first; empty without any. */
function describeSkips(skippedCount: IndexPlan['skipped_count']): string {
  const counts = Object.entries(skippedCount)
    .filter(([, count]) => count > 0)
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  if (counts.length === 0) return '';
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const reasons = counts.map(([reason, count]) => `${reason.replaceAll('_', ' ')} ${formatCount(count)}`).join(', ');
  return `${formatCount(total)}: ${reasons}`;
}

/** {@link describeSkips} with the command that lists them. */
export const skipsWithCommand = (skippedCount: IndexPlan['skipped_count']): string | undefined => {
  const skips = describeSkips(skippedCount);
  return skips === '' ? undefined : `${skips} (\`${listCommand}\` lists them)`;
};

function renderSkips({ skipped, skipped_count }: Pick<IndexPlan, 'skipped' | 'skipped_count'>, view: View): string[] {
  const skips = view.verbose ? describeSkips(skipped_count) : (skipsWithCommand(skipped_count) ?? '');
  if (skips === '') return [];
  const first = view.style('dim', `  Skipped ${skips}`);
  return view.verbose
    ? [first, ...skipped.map(({ path, reason }) => view.style('dim', `    ${printableLine(path)}  ${reason.replaceAll('_', ' ')}`))]
    : [first];
}
