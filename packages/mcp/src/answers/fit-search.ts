import type { QueryResponse, QueryResult } from '@agent-brain/contract/query';
import type { ToolOutput } from '@agent-brain/contract/tools';
import { cutAround, shownLength } from './cut-text.ts';
import { renderSearch } from './render-search.ts';

type Answer = ToolOutput<'search'>;
type Entry = Answer['results'][number];

const SPANS_PER_FILE = 3;
/** Headings, notes and hints of the text form that the JSON form has not. */
const TEXT_EXTRAS_CHARS = 400;
/** Less than this says nothing; the place alone is better. */
const LEAST_TEXT_CHARS = 160;

/** Of the budget, at the most, for naming places; the rest is for their texts. */
const NAMES_SHARE = 0.6;

/**
 * Puts the answer into its budget: distinct files come first, then the texts of the best, then further places. Each
 * text may take half of what is left, so that the best are whole and the rest are at least named.
 *
 * @param maxChars of the JSON of the answer; its text form is hardly ever longer
 */
export function fitSearch(response: QueryResponse, frame: Omit<Answer, 'results' | 'total_results'>, maxChars: number): Answer {
  const room = maxChars - TEXT_EXTRAS_CHARS;
  const answer: Answer = { results: response.results.map(asEntry), total_results: response.total_results, ...frame };
  for (const entry of answer.results.toReversed()) {
    if (sizeOf(answer) <= room * NAMES_SHARE) break;
    delete entry.more_spans;
  }
  while (answer.results.length > 1 && sizeOf(answer) > room * NAMES_SHARE) answer.results.pop();
  fillTexts(answer.results, response.results, room - sizeOf(answer));
  return answer;
}

/** Every entry is marked as cut before, so that the mark has its room. */
function fillTexts(entries: readonly Entry[], results: readonly QueryResult[], room: number): void {
  let left = room;
  entries.forEach((entry, index) => {
    const { text, start_line, end_line, hit } = results[index] as QueryResult;
    const share = index === entries.length - 1 ? left : Math.floor(left / 2);
    const cut = cutAround(text, { first: hit.start_line - start_line, last: hit.end_line - start_line }, share);
    if (cut.isCut && share < LEAST_TEXT_CHARS) return;
    entry.text = cut.text;
    if (!cut.isCut) delete entry.is_cut;
    entry.start_line = start_line + cut.skippedLines;
    entry.end_line = Math.min(end_line, entry.start_line + Math.max(1, cut.lines) - 1);
    left -= shownLength(cut.text);
  });
}

/** Of the larger form: an odd name may be longer as text. */
const sizeOf = (answer: Answer): number => Math.max(JSON.stringify(answer).length, renderSearch(answer).length);

function asEntry(result: QueryResult): Entry {
  const spans = result.more_spans
    .slice(0, SPANS_PER_FILE)
    .map(({ start_line, end_line, chunk_id }) => ({ start_line, end_line, chunk_id }));
  return {
    path: result.path,
    start_line: result.start_line,
    end_line: result.end_line,
    hit: result.hit,
    ...(result.symbol === undefined ? {} : { symbol: result.symbol }),
    source_type: result.source_type,
    score: Math.round(result.score * 100) / 100,
    chunk_id: result.chunk_id,
    text: '',
    is_cut: true,
    ...(spans.length === 0 ? {} : { more_spans: spans }),
  };
}
