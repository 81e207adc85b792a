import type { QueryRequest, QueryResult } from '@agent-brain/contract/query';
import type { RankedChunk, RankedGroup, Signal } from '../rank/index.ts';
import { type ChunkRow, type IndexView, isDamage } from '../store/index.ts';
import { type HitSpan, readSpan, shareBudget, type TextSpan, trimSpan } from './cut-text.ts';
import { findHighlights, findHit, type HitQuery } from './find-hit.ts';

/** Further places of a file that are named beside its best. */
export const spansPerFile = 5;

export interface Presented {
  results: QueryResult[];
  /** The budget made at least one text shorter. */
  isCut: boolean;
}

interface Shown {
  chunk: ChunkRow;
  hit: HitSpan;
  span: TextSpan;
}

export interface Presenting {
  query: HitQuery;
  /** How likely the best results answer the question, 0–1: the score of the best one. */
  relevance: number;
  request: QueryRequest;
  /** Takes what could not be read and is left out. */
  onDamage(reason: string): void;
}

/** Results with their texts, which come from the index: a file that has changed since shows as it was. */
export function presentResults(
  view: IndexView,
  groups: readonly RankedGroup[],
  { query, relevance, request, onDamage }: Presenting,
): Presented {
  const unlessDamaged = <Result>(read: () => Result): Result[] => {
    try {
      return [read()];
    } catch (error) {
      if (!isDamage(error)) throw error;
      onDamage((error as Error).message);
      return [];
    }
  };
  const shown = groups.flatMap((group) =>
    unlessDamaged(() => ({ group, ...show(view, view.chunkOf(group.best.chunk), query, request.context_lines ?? 0) })),
  );
  const lengths = shown.map(({ span }) => span.text.length);
  const shares = shareBudget(lengths, request.max_chars ?? Number.POSITIVE_INFINITY);
  const results = shown.map(({ group: { best, more }, chunk, hit, span }, index) => ({
    ...presentBest(best, { chunk, hit, span: trimSpan(span, hit, shares[index] as number) }, query),
    score: rounded(best.score * relevance),
    more_spans: more.flatMap((further) => unlessDamaged(() => presentSpan(view.chunkOf(further.chunk), further.score * relevance))),
    ...(request.explain ? { explanation: [...best.signals(), relevanceSignal(relevance)].map((signal) => ({ ...signal })) } : {}),
  }));
  return { results, isCut: shares.some((share, index) => share < (lengths[index] as number)) };
}

/** A chunk with its hit; context lines count from the hit and never make the text smaller than the chunk. */
function show(view: IndexView, chunk: ChunkRow, query: HitQuery, contextLines: number): Shown {
  const read = (start: number, end: number) => view.text(chunk.file, start, end);
  const bare = readSpan(chunk, { before: 0, after: 0 }, read);
  const lines = bare.text.split('\n');
  const { first, last } = findHit({ lines, language: chunk.language, definitions: chunk.definitions }, query);
  const column = findHighlights([lines[first] as string], query)[0]?.[1] ?? 0;
  const hit = { startLine: bare.startLine + first, endLine: bare.startLine + last, column };
  const before = contextLines - (hit.startLine - bare.startLine);
  const after = contextLines - (bare.endLine - hit.endLine);
  if (before <= 0 && after <= 0) return { chunk, hit, span: bare };
  return { chunk, hit, span: readSpan(chunk, { before: Math.max(0, before), after: Math.max(0, after) }, read) };
}

function presentBest(
  best: RankedChunk,
  { chunk, hit, span }: Shown,
  query: HitQuery,
): Omit<QueryResult, 'score' | 'more_spans' | 'explanation'> {
  const highlights = findHighlights(span.text.split('\n'), query);
  return {
    path: chunk.path,
    start_line: span.startLine,
    end_line: span.endLine,
    text: span.text,
    hit: { start_line: hit.startLine, end_line: Math.min(hit.endLine, span.endLine) },
    highlights: highlights.map(([line, column, length]) => [span.startLine + line, column + 1, length]),
    chunk_id: chunk.chunkId,
    language: chunk.language,
    source_type: chunk.sourceType,
    ...(chunk.symbol === '' ? {} : { symbol: chunk.symbol }),
    scores: { bm25: rounded(best.bm25), vector: null, graph: null },
  };
}

/** A result whose text is cut to at most `maxChars` UTF-16 units around its hit, for a budget that several projects share. */
export function trimResult(result: QueryResult, maxChars: number): QueryResult {
  const { text, start_line: startLine, end_line: endLine, hit, highlights } = result;
  const column = (highlights.find(([line]) => line === hit.start_line)?.[1] ?? 1) - 1;
  const span = trimSpan({ startLine, endLine, text }, { startLine: hit.start_line, endLine: hit.end_line, column }, maxChars);
  if (span.text === text) return result;
  const lines = span.text.split('\n');
  const isWhole = (line: number): boolean => text.split('\n')[line - startLine] === lines[line - span.startLine];
  return {
    ...result,
    text: span.text,
    start_line: span.startLine,
    end_line: span.endLine,
    hit: { start_line: hit.start_line, end_line: Math.min(hit.end_line, span.endLine) },
    highlights: highlights.filter(([line]) => line >= span.startLine && line <= span.endLine && isWhole(line)),
  };
}

const relevanceSignal = (value: number): Signal => ({
  rule: '×relevance',
  value,
  reason: 'how likely the best results answer the question, by their share of its words',
});

const presentSpan = (chunk: ChunkRow, score: number): QueryResult['more_spans'][number] => ({
  start_line: chunk.startLine,
  end_line: chunk.endLine,
  chunk_id: chunk.chunkId,
  score: rounded(score),
});

/** Four digits: what is behind them is noise, and in the way of comparing answers. */
const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;
