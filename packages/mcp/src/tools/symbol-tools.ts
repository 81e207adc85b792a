import type { QueryResult } from '@agent-brain/contract/query';
import type { ToolInput, ToolOutput } from '@agent-brain/contract/tools';
import { printableLine } from '@agent-brain/runtime/printable';
import { fitList } from '../answers/index.ts';
import { type NamePatterns, patternsOf } from './declaration.ts';
import { makeReady } from './first-run.ts';
import type { ToolAnswer, ToolCall, ToolHandler } from './tool-call.ts';

type Input = ToolInput<'find_symbol'>;
type Output = ToolOutput<'find_symbol'>;
type Place = Output['places'][number];

/** The most that one query gives. */
const MAX_CHUNKS = 100;
const MAX_LINE_CHARS = 200;
const FRAME_CHARS = 600;

/** Which lines of a chunk are meant. */
type Judge = (line: string, patterns: NamePatterns, chunk: QueryResult) => boolean;

const finder =
  (judge: Judge, nothing: string) =>
  (input: Input, call: ToolCall): Promise<ToolAnswer<Output>> =>
    findPlaces(input, call, judge, nothing);

export const findSymbol: ToolHandler<'find_symbol'> = finder(
  (line, patterns) => patterns.isIn(line) && patterns.isDeclared(line),
  'No definition',
);
export const findCallers: ToolHandler<'find_callers'> = finder((line, patterns) => patterns.isCalled(line), 'No call');
export const findReferences: ToolHandler<'find_references'> = finder((line, patterns) => patterns.isIn(line), 'No use');

async function findPlaces(input: Input, call: ToolCall, judge: Judge, nothing: string): Promise<ToolAnswer<Output>> {
  const { name, path_globs, languages, max_results, max_chars } = input;
  const { connection, signal } = call;
  const { running, warnings } = await makeReady(call);
  const identifier = lastPart(name);
  const body = { query: identifier, mode: 'bm25', group: 'chunk', top_k: MAX_CHUNKS, path_globs, languages, ...connection.scope } as const;
  const response = await connection.call('query', { body }, { signal });
  const patterns = patternsOf(identifier);
  const all = distinct(response.results.flatMap((chunk) => placesIn(chunk, patterns, judge)));
  const places = fitList(all.slice(0, max_results), max_chars, FRAME_CHARS);
  const complete = running === undefined && response.results.length < MAX_CHUNKS && places.length === all.length;
  const structured: Output = { name: identifier, basis: 'text', places, complete, warnings: [...warnings, ...response.warnings] };
  return { structured, text: render(structured, all.length, nothing) };
}

/** `Type.method`, `ns::name`, `obj->field`, `Mod#fun`: what is written at its own place is the last part. */
const lastPart = (name: string): string =>
  name
    .replace(/\(.*$/, '')
    .split(/::|->|[.\\#/]/)
    .filter((part) => part !== '')
    .at(-1) ?? name;

function placesIn(chunk: QueryResult, patterns: NamePatterns, judge: Judge): Place[] {
  return chunk.text
    .split('\n')
    .map((text, index) => ({ text, line: chunk.start_line + index }))
    .filter(({ text }) => judge(text, patterns, chunk))
    .map(({ text, line }) => ({
      path: chunk.path,
      line,
      text: text.trim().slice(0, MAX_LINE_CHARS),
      ...(chunk.symbol === undefined ? {} : { symbol: chunk.symbol }),
      chunk_id: chunk.chunk_id,
    }));
}

/** Chunks may overlap. */
function distinct(places: readonly Place[]): Place[] {
  const seen = new Set<string>();
  return places.filter(({ path, line }) => {
    const key = `${path}:${line}`;
    return !seen.has(key) && seen.add(key);
  });
}

function render({ name, places, complete, warnings }: Output, found: number, nothing: string): string {
  const notes = [...warnings];
  if (found > places.length)
    notes.push(`${found - places.length} more were found; raise max_results or max_chars, or narrow by path_globs`);
  else if (!complete) notes.push('there may be more');
  notes.push('found by text, not resolved');
  const lines = places.map(({ path, line, text, symbol }) => {
    const inside = symbol === undefined ? '' : ` (${printableLine(symbol)})`;
    return `${printableLine(path)}:${line}${inside}: ${printableLine(text)}`;
  });
  const head = places.length === 0 ? [`${nothing} of ${printableLine(name)} was found.`] : lines;
  return [...head, ...notes.map((note) => `Note: ${printableLine(note)}.`)].join('\n');
}
