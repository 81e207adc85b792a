import { AgentBrainError } from '@agent-brain/contract/errors';
import { type ChunkView, type IndexAnswer, NOTHING_INDEXED, type QueryRequest } from '@agent-brain/contract/query';
import { findCandidates } from '../lexical/index.ts';
import { groupByFile, rankCandidates, type RankedGroup, saturate } from '../rank/index.ts';
import { type ChunkMatch, type IndexReader, type IndexView, isDamage } from '../store/index.ts';
import { TOKENIZER_ID, tokenize } from '../tokenize/index.ts';
import { confidenceOf, JUDGED_RESULTS, relevanceOf } from './confidence.ts';
import type { HitQuery } from './find-hit.ts';
import { presentResults, spansPerFile } from './present.ts';
import { planQuery, type QueryPlan } from './query-plan.ts';
import { filtersWithoutFiles, skippedFilesNamed } from './skipped-files.ts';

export interface AnswerContext {
  /** A run is going on: the answer says that it may not be complete. */
  isIndexing: boolean;
  /** What was there is gone, damaged or of an earlier version, and is not made anew to the end. */
  isUnfilled: boolean;
  /** Milliseconds of a steady clock. */
  nowMs(): number;
  /** The index is damaged; the answer comes from what of it is sound. */
  onDamage?(reasons: readonly string[]): void;
}

const NO_GOOD_MATCH = 'no good match: the results have few of the words of the question';

const DAMAGED = 'part of the index is damaged and is left out; it is repaired in the background';

const RENEWED = 'the index was damaged, or of an earlier version, and is made anew in the background: what it lacks yet is not found';

/**
 * One query from plan to response, over one snapshot.
 * @param reader null when nothing was ever indexed
 * @throws QUERY_MODE_UNAVAILABLE, REQUEST_INVALID, INDEX_CORRUPT
 */
export function answerQuery(reader: IndexReader | null, request: QueryRequest, context: AnswerContext): IndexAnswer {
  const startedMs = context.nowMs();
  const plan = planQuery(request);
  const nothing: Found = { results: [], total_results: 0, confidence: 'low', index_generation: 0, isEmpty: true, damage: [] };
  const { isEmpty, damage, ...found } = reader === null ? nothing : reader.read((view) => answerFrom(view, plan, request));
  const warnings = [...plan.warnings];
  if (damage.length > 0) context.onDamage?.(damage);
  if (context.isUnfilled) warnings.push(RENEWED);
  else if (damage.length > 0) warnings.push(DAMAGED);
  else if (context.isIndexing) warnings.push('indexing is going on: the answer comes from what is committed so far');
  else if (isEmpty) warnings.push(found.index_generation === 0 ? NOTHING_INDEXED : 'the index is empty');
  return { ...found, query_time_ms: Math.round((context.nowMs() - startedMs) * 1000) / 1000, mode: plan.mode, warnings };
}

interface Found extends Pick<IndexAnswer, 'results' | 'total_results' | 'confidence' | 'index_generation'> {
  /** Nothing was ever indexed, or all of it was taken out. */
  isEmpty: boolean;
  /** What could not be read; empty for a sound index. */
  damage: readonly string[];
}

function answerFrom(view: IndexView, plan: QueryPlan, request: QueryRequest): Found {
  const { generation, documents, recipes } = view.state();
  if (recipes.some((recipe) => !recipe.startsWith(`${TOKENIZER_ID} `))) {
    plan.warnings.push('part of the index was made by another tokenizer and may not be found; index again to renew it');
  }
  const candidates = candidatesOf(view, plan);
  const ranked = rankCandidates(candidates, plan.shape);
  const all = request.group === 'file' ? groupByFile(ranked, spansPerFile) : saturate(ranked);
  const relevance = judge(view, all, plan);
  const least = request.threshold ?? 0;
  const groups = all
    .filter(({ best }) => best.score * relevance >= least)
    .map(({ best, more }) => ({ best, more: more.filter(({ score }) => score * relevance >= least) }))
    .slice(0, request.top_k);
  const unreadable: string[] = [];
  const onDamage = (reason: string) => unreadable.push(reason);
  const { results, isCut } = presentResults(view, groups, { query: hitQueryOf(view, plan), relevance, request, onDamage });
  if (results.length === 0) plan.warnings.push(...filtersWithoutFiles(view, request));
  plan.warnings.push(...skippedFilesNamed(view, request, new Set(results.map(({ path }) => path))));
  if (isCut) plan.warnings.push(`texts were cut to ${request.max_chars} characters together`);
  const confidence = confidenceOf(relevance);
  if (confidence === 'low' && results.length > 0) plan.warnings.push(NO_GOOD_MATCH);
  const damage = [...view.damage(), ...unreadable];
  return { results, total_results: results.length, confidence, index_generation: generation, isEmpty: documents === 0, damage };
}

/** A damaged result is left out: presenting the answer reports it. */
function judge(view: IndexView, groups: readonly RankedGroup[], { terms, prefixes, shape }: QueryPlan): number {
  const results = groups.slice(0, JUDGED_RESULTS).flatMap(({ best }) => {
    try {
      const { file, startOffset, endOffset, path, symbol, definitions } = view.chunkOf(best.chunk);
      return [{ text: view.text(file, startOffset, endOffset), path, symbol: [symbol, ...definitions].join(' ') }];
    } catch (error) {
      if (!isDamage(error)) throw error;
      return [];
    }
  });
  const [name] = shape.symbols;
  return relevanceOf(results, { terms, prefixes, wholeName: shape.isSymbol && name !== undefined ? tokenize(name)[0] : undefined });
}

/** Smoothed, so that also a word of most chunks weighs something. */
function hitQueryOf(view: IndexView, { terms, prefixes, shape }: QueryPlan): HitQuery {
  const { chunks, matches } = view.termFrequencies(terms);
  const weights = terms.map((term, index): [string, number] => {
    const found = matches[index] as number;
    return [term, Math.log(1 + (chunks - found + 0.5) / (found + 0.5))];
  });
  return { terms: new Map(weights), prefixes, symbols: shape.symbols };
}

/** A phrase that stands nowhere is a reason to say so, not to show nothing. */
function candidatesOf(view: IndexView, plan: QueryPlan): ChunkMatch[] {
  const { terms, prefixes, phrases, filter } = plan;
  const query = { terms, prefixes, symbols: plan.shape.symbols, filter };
  const candidates = findCandidates(view, { ...query, requires: phrases });
  if (candidates.length > 0 || phrases.length === 0) return candidates;
  const others = findCandidates(view, query);
  const wanted = phrases.map(({ words }) => JSON.stringify(words)).join(' and ');
  if (others.length > 0) plan.warnings.push(`no place holds ${wanted}; these are the places with words of the query`);
  return others;
}

/** @throws CHUNK_UNKNOWN */
export function answerChunk(reader: IndexReader | null, id: string): ChunkView {
  const found = reader?.read((view) => {
    const chunk = view.chunk(id);
    if (chunk === undefined) return undefined;
    return {
      chunk_id: chunk.chunkId,
      path: chunk.path,
      language: chunk.language,
      source_type: chunk.sourceType,
      ...(chunk.symbol === '' ? {} : { symbol: chunk.symbol }),
      start_line: chunk.startLine,
      end_line: chunk.endLine,
      text: view.text(chunk.file, chunk.startOffset, chunk.endOffset),
      previous_chunk_id: view.chunkAt(chunk.file, chunk.ordinal - 1)?.chunkId ?? null,
      next_chunk_id: view.chunkAt(chunk.file, chunk.ordinal + 1)?.chunkId ?? null,
      index_generation: view.state().generation,
    };
  });
  if (found === undefined) throw new AgentBrainError('CHUNK_UNKNOWN', `No chunk of the current index has the id ${JSON.stringify(id)}`);
  return found;
}
