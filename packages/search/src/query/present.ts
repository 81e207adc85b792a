import type { QueryRequest, QueryResult } from '@agent-brain/contract/query';
import type { RankedChunk, RankedGroup } from '../rank/index.ts';
import type { IndexView } from '../store/index.ts';
import { cutSpan, shareBudget, type TextSpan, trimSpan } from './cut-text.ts';

/** Further places of a file that are named beside its best. */
export const spansPerFile = 5;

export interface Presented {
  results: QueryResult[];
  /** The budget made at least one text shorter. */
  isCut: boolean;
}

/** Results with their texts, which come from the index: a file that has changed since shows as it was. */
export function presentResults(view: IndexView, groups: readonly RankedGroup[], request: QueryRequest): Presented {
  const texts = new Map<number, string>();
  const textOf = (file: number): string => {
    let text = texts.get(file);
    if (text === undefined) texts.set(file, (text = view.text(file)));
    return text;
  };
  const spans = groups.map(({ best }) => cutSpan(textOf(best.chunk.file), best.chunk, request.context_lines ?? 0));
  const lengths = spans.map((span) => span.text.length);
  const shares = shareBudget(lengths, request.max_chars ?? Number.POSITIVE_INFINITY);
  const results = groups.map((group, index) =>
    presentGroup(group, trimSpan(spans[index] as TextSpan, shares[index] as number), request.explain),
  );
  return { results, isCut: shares.some((share, index) => share < (lengths[index] as number)) };
}

function presentGroup({ best, more }: RankedGroup, span: TextSpan, explain: boolean): QueryResult {
  const { chunk } = best;
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
    more_spans: more.map(presentSpan),
    ...(explain ? { explanation: best.signals.map((signal) => ({ ...signal })) } : {}),
  };
}

const presentSpan = ({ chunk, score }: RankedChunk): QueryResult['more_spans'][number] => ({
  start_line: chunk.startLine,
  end_line: chunk.endLine,
  chunk_id: chunk.chunkId,
  score: rounded(score),
});

/** Four digits: what is behind them is noise, and in the way of comparing answers. */
const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;
