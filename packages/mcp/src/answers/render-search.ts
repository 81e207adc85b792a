import type { ToolOutput } from '@agent-brain/contract/tools';
import { printableLine } from '@agent-brain/runtime/printable';
import { fenced } from './fence.ts';

type Answer = ToolOutput<'search'>;
type Entry = Answer['results'][number];

/**
 * The answer as a model reads it with the fewest tokens: `path:start-end symbol`, the lines themselves between
 * fences, where else in the file; then what it should know about the answer. A name stays on its line, whatever it is made of, and
 * the lines of a file stay between their fences.
 */
export function renderSearch(answer: Answer): string {
  const { results, total_results } = answer;
  const blocks = results.map(renderEntry);
  if (results.length === 0) blocks.push('Nothing was found.');
  return [...blocks, renderNotes(answer, total_results - results.length)].filter((block) => block !== '').join('\n\n');
}

function renderEntry({ path, start_line, end_line, symbol, chunk_id, text, is_cut, more_spans = [] }: Entry): string {
  const name = symbol === undefined ? '' : ` ${printableLine(symbol)}`;
  const head = `${printableLine(path)}:${start_line}-${end_line}${name} [${chunk_id}]`;
  const more = more_spans.map((span) => `${span.start_line}-${span.end_line}`);
  const lines = [head];
  if (text !== '') lines.push(fenced(text));
  if (is_cut === true && text !== '') lines.push('…');
  if (more.length > 0) lines.push(`(also lines ${more.join(', ')})`);
  return lines.join('\n');
}

function renderNotes({ results, indexing, pending_files, warnings }: Answer, leftOut: number): string {
  const notes = [...warnings];
  if (indexing !== undefined) {
    const { job_id, files_done, files_total } = indexing;
    const far = files_total === 0 ? 'counting files' : `${files_done} of ${files_total} files`;
    notes.push(`the project is being indexed (${far}); ask again for the rest, or job_status("${job_id}", wait_s) first`);
  }
  if (pending_files !== undefined) notes.push(`${pending_files} changed files are not in the index yet`);
  if (leftOut > 0) notes.push(`${leftOut} more files had no room; raise max_chars or narrow by path_globs`);
  if (results.some(({ is_cut }) => is_cut === true)) notes.push('get_chunk("[id]") gives the whole of what is cut, and its neighbours');
  return notes.map((note) => `Note: ${printableLine(note)}.`).join('\n');
}
