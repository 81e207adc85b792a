import type { QueryRequest, QueryResult } from '@agent-brain/contract/query';
import type { RankedChunk, RankedGroup } from '../rank/index.ts';
import type { ChunkRow, IndexView } from '../store/index.ts';
import { readSpan, shareBudget, type TextSpan, trimSpan } from './cut-text.ts';

/** Further places of a file that are named beside its best. */
export const spansPerFile = 5;

export interface Presented {
  results: QueryResult[];
  /** The budget made at least one text shorter. */
  isCut: boolean;
}

/** Results with their texts, which come from the index: a file that has changed since shows as it was. */
export function presentResults(view: IndexView, groups: readonly RankedGroup[], request: QueryRequest): Presented {
  const chunks = groups.map(({ best }) => view.chunkOf(best.chunk));
  const spans = chunks.map((chunk) => readSpan(chunk, request.context_lines ?? 0, (start, end) => view.text(chunk.file, start, end)));
  const lengths = spans.map((span) => span.text.length);
  const shares = shareBudget(lengths, request.max_chars ?? Number.POSITIVE_INFINITY);
  const results = groups.map(({ best, more }, index) => ({
    ...presentBest(best, chunks[index] as ChunkRow, trimSpan(spans[index] as TextSpan, shares[index] as number)),
    more_spans: more.map(({ chunk, score }) => presentSpan(view.chunkOf(chunk), score)),
    ...(request.explain ? { explanation: best.signals().map((signal) => ({ ...signal })) } : {}),
  }));
  return { results, isCut: shares.some((share, index) => share < (lengths[index] as number)) };
}

function presentBest(best: RankedChunk, chunk: ChunkRow, span: TextSpan): Omit<QueryResult, 'more_spans' | 'explanation'> {
  return {
    path: chunk.path,
    start_line: span.startLine,
    end_line: span.endLine,
    text: span.text,
    score: rounded(best.score),
    chunk_id: chunk.chunkId,
    language: chunk.language,
    source_type: chunk.sourceType,
    ...(chunk.symbol === '' ? {} : { symbol: chunk.symbol }),
    scores: { bm25: rounded(best.bm25), vector: null, graph: null },
  };
}

const presentSpan = (chunk: ChunkRow, score: number): QueryResult['more_spans'][number] => ({
  start_line: chunk.startLine,
  end_line: chunk.endLine,
  chunk_id: chunk.chunkId,
  score: rounded(score),
});

/** Four digits: what is behind them is noise, and in the way of comparing answers. */
const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;
