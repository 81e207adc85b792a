import path from 'node:path';
import type { QueryCommandResult } from '@agent-brain/contract/commands';
import { excerptAround, type LineRange, NOTHING_INDEXED, type QueryResult } from '@agent-brain/contract/query';
import { formatDuration, formatPlural, printableLine, printableText } from '../terminal/index.ts';
import type { View } from './view.ts';

/** Lines of a place that are shown without `--verbose`. */
const shownLines = 10;

/** Results as `path:line`, which editors and terminals open, each with its text. */
export function renderQuery(response: QueryCommandResult, view: View): string {
  const blocks = response.results.map((result) => renderResult(result, response.projects ?? [], view));
  const warnings = response.warnings
    .filter((warning) => warning !== NOTHING_INDEXED)
    .map((warning) => `${view.style('yellow', 'warning:')} ${printableLine(warning)}`);
  return [...blocks, [...warnings, summary(response, view)].join('\n')].join('\n\n');
}

function summary(response: QueryCommandResult, view: View): string {
  const asked =
    response.projects === undefined ? `generation ${response.index_generation}` : formatPlural(response.projects.length, 'project');
  const facts = `in ${formatDuration(response.query_time_ms)} (${response.mode}, ${asked})`;
  if (response.results.length === 0) {
    const next = response.warnings.includes(NOTHING_INDEXED) ? '\nNothing is indexed yet. Next: agent-brain index' : '';
    return `No results ${view.style('dim', facts)}${next}`;
  }
  const more = response.total_results > response.results.length ? ` of ${formatPlural(response.total_results, 'match', 'matches')}` : '';
  return view.style('dim', `${formatPlural(response.results.length, 'result')}${more} ${facts}`);
}

function renderResult(result: QueryResult, projects: NonNullable<QueryCommandResult['projects']>, view: View): string {
  const project = projects.find(({ project_id }) => project_id === result.project_id);
  const text = `${view.style('magenta', printableLine(result.path))}:${result.hit.start_line}`;
  // A relative path of one project of several means nothing where the person stands.
  const file = project === undefined ? result.path : path.resolve(project.project_root, result.path);
  const place = view.link?.(file, result.hit.start_line, text) ?? text;
  const label = project === undefined ? '' : `${view.style('cyan', printableLine(project.name))}  `;
  const symbol = result.symbol === undefined ? '' : `  ${view.style('bold', printableLine(result.symbol))}`;
  const lines = [`${label}${place}${symbol}  ${view.style('dim', score(result))}`, ...renderText(result, view)];
  if (result.more_spans.length > 0) {
    const spans = result.more_spans.map(({ start_line, end_line }) =>
      start_line === end_line ? `${start_line}` : `${start_line}–${end_line}`,
    );
    lines.push(view.style('dim', `  also lines ${spans.join(', ')}`));
  }
  for (const { rule, value, reason } of result.explanation ?? []) {
    lines.push(view.style('dim', `  ${printableLine(rule)} ${value.toFixed(3)}  ${printableLine(reason)}`));
  }
  if (view.verbose)
    lines.push(view.style('dim', `  chunk ${printableLine(result.chunk_id)}  ${printableLine(result.language)}  ${result.source_type}`));
  return lines.join('\n');
}

function score({ score: whole, scores }: QueryResult): string {
  const parts = Object.entries(scores).filter((entry): entry is [string, number] => entry[1] !== null);
  return parts.length < 2
    ? whole.toFixed(2)
    : `${whole.toFixed(2)} (${parts.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(', ')})`;
}

/** The lines around the hit, with the words of the question marked. */
function renderText(result: QueryResult, view: View): string[] {
  const lines = result.text.replaceAll('\r\n', '\n').replace(/\n+$/, '').split('\n');
  const { first, last } = shownRange(lines, result, view);
  const width = String(result.start_line + last).length;
  const numbered = lines.slice(first, last + 1).map((line, index) => {
    const number = result.start_line + first + index;
    return `  ${view.style('dim', `${String(number).padStart(width)} │`)} ${markWords(line, number, result, view)}`;
  });
  const hidden = lines.length - numbered.length;
  return hidden > 0 ? [...numbered, view.style('dim', `  ${' '.repeat(width)} … ${formatPlural(hidden, 'more line')}`)] : numbered;
}

function shownRange(lines: readonly string[], { start_line: start, hit }: QueryResult, view: View): LineRange {
  const all = { first: 0, last: lines.length - 1 };
  if (view.verbose) return all;
  const inText = { first: Math.min(hit.start_line - start, all.last), last: Math.min(hit.end_line - start, all.last) };
  const limit = Math.max(shownLines, view.context === undefined ? 0 : 2 * view.context + 1 + inText.last - inText.first);
  return excerptAround(lines, inText, ({ first, last }) => last - first < limit) ?? all;
}

/** Cuts the line at its highlights before it is made printable: escapes change the columns. */
function markWords(line: string, number: number, { highlights }: QueryResult, view: View): string {
  let marked = '';
  let at = 0;
  for (const [, column, length] of highlights.filter(([highlighted]) => highlighted === number)) {
    const from = column - 1;
    if (from < at) continue;
    marked += printableText(line.slice(at, from)) + view.style('bold', printableText(line.slice(from, from + length)));
    at = from + length;
  }
  return marked + printableText(line.slice(at));
}
