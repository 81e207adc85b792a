import type { IndexCheck, IndexStats, Job, RepairOutcome } from '@agent-brain/contract/jobs';
import { formatBytes, formatCount, formatDuration, formatPlural, printableLine } from '../terminal/index.ts';
import type { View } from './view.ts';

/** What a check of the index found. */
export function renderCheck({ ok, problems, documents, chunks, bytes, duration_ms: took }: IndexCheck, view: View): string {
  if (!ok) {
    return [
      `${view.style('red', '✖')} The index is damaged (checked in ${formatDuration(took)}).`,
      ...renderProblems(problems),
      'Next: agent-brain index --repair',
    ].join('\n');
  }
  const what = `${formatPlural(documents, 'file')}, ${formatPlural(chunks, 'chunk')}, ${formatBytes(bytes)}`;
  return `${view.style('green', '✔')} The index is sound: ${what}, checked in ${formatDuration(took)}.`;
}

/** The end of a repair. */
export function renderRepair(job: Job, stats: IndexStats, repair: RepairOutcome, view: View): string {
  const { damaged, folders, failed_folders: failed } = repair;
  const mark = view.style(failed.length === 0 ? 'green' : 'yellow', failed.length === 0 ? '✔' : '!');
  if (!damaged && folders.length + failed.length === 0) {
    return `${mark} The index is sound: nothing to repair. (\`--repair --force\` builds it again all the same.)`;
  }
  const files = `${formatPlural(job.total_documents, 'file')} of ${formatPlural(folders.length, 'folder')}`;
  const first = `${damaged ? 'The damaged index was built again' : 'The index was built again'}: ${files}`;
  return [
    `${mark} ${first} in ${formatDuration(stats.duration_ms.total)}: ${formatCount(job.total_chunks)} chunks written.`,
    ...renderProblems(repair.problems).map((line) => view.style('dim', line)),
    ...(repair.set_aside === null ? [] : [view.style('dim', `  Set aside: ${printableLine(repair.set_aside)}`)]),
    ...failed.map(({ folder_path, message }) =>
      view.style('yellow', `  Not indexed: ${printableLine(folder_path)}: ${printableLine(message)}`),
    ),
  ].join('\n');
}

const renderProblems = (problems: readonly string[]): string[] => problems.map((problem) => `  ${printableLine(problem)}`);
