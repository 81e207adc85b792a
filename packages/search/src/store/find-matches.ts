import { documentsWithAll, type Hit, type LiveSegment, searchTopK, type TermLists, termsWithPrefix } from '../postings/index.ts';
import { definedNames } from './defined-names.ts';
import type { Attributes } from './file-attributes.ts';
import type { ChunkMatch, ColumnWeights, TermQuery, TextRequirement, WeightedTerm } from './index-store.ts';

/** Terms that a prefix stands for, the most frequent ones. */
const PREFIX_TERMS = 32;
const allColumns = ['body', 'path', 'symbol'] as const satisfies readonly (keyof ColumnWeights)[];

/** What a search needs of the tables beside the segments. */
export interface MatchContext {
  /** Whether a file passes the filter; null: all do. */
  passes: ((file: number) => boolean) | null;
  /** `undefined` for a file the store lacks: its chunks are left out. */
  attributesOf(files: readonly number[]): (file: number) => Attributes | undefined;
  definitionsOf(rows: ReadonlyMap<number, readonly number[]>): ReadonlyMap<number, readonly string[]>;
  /** Text of a chunk; `undefined` where it cannot be read: the chunk is left out. */
  textOf(file: number, row: number): string | undefined;
}

type Acceptance = { has(document: number): boolean } | null;

/** The best matches of a query over the segments of one generation, whose `lists` are for all queries of one snapshot. @throws DamagedBytes, INDEX_CORRUPT */
export function findMatches(lists: TermLists, query: TermQuery, context: MatchContext): ChunkMatch[] {
  const { segments } = lists;
  const { columns = allColumns, limit, requires = [] } = query;
  const weights = { body: 0, path: 0, symbol: 0 };
  for (const column of columns) weights[column] = query.weights[column];
  const prefixed = (query.prefixes ?? []).flatMap((prefix) => termsWithPrefix(segments, prefix, PREFIX_TERMS));
  const passes = context.passes === null ? null : remembered(context.passes);
  const topK = {
    terms: weightedTerms([...query.terms, ...prefixed]),
    weights,
    limit,
    keepsTies: true,
    accepted: segments.map((segment) => both(passing(segment, passes), holding(segment, requires, context))),
    ...(query.constants === undefined ? {} : { constants: query.constants }),
  };
  const found = searchTopK(segments, topK, lists).map((hit) => ({ ...hit, file: fileOf(segments, hit) }));
  const attributesOf = context.attributesOf([...new Set(found.map(({ file }) => file))]);
  const hits = found.flatMap((hit) => {
    const attributes = attributesOf(hit.file);
    if (attributes === undefined) return [];
    const { path, language, sourceType } = attributes;
    return { ...hit, path, language, sourceType };
  });
  const best = hits.sort(byScoreAndPlace).slice(0, limit);
  const defined = definedNames(lists, query.names ?? [], best, context.definitionsOf);
  return best.map(({ row, file, path, language, sourceType, score }) => {
    const definitions = defined.get(row) ?? none;
    return { row, file, path, language, sourceType, definitions, score };
  });
}

/** A total order that the content decides alone: numbers of rows and segments hang on when a file came, paths do not. */
export const byScoreAndPlace = (left: Placed, right: Placed): number =>
  right.score - left.score || compareText(left.path, right.path) || left.row - right.row;

type Placed = Pick<ChunkMatch, 'score' | 'path' | 'row'>;

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const none: readonly string[] = [];

const fileOf = (segments: readonly LiveSegment[], { segment, document }: Hit): number =>
  segments[segment]?.segment.documents.files[document] as number;

/** Each term once, by its first mention. */
function weightedTerms(terms: readonly (string | WeightedTerm)[]): WeightedTerm[] {
  const byTerm = new Map<string, WeightedTerm>();
  for (const given of terms) {
    const weighted = typeof given === 'string' ? { term: given, weight: 1 } : given;
    if (!byTerm.has(weighted.term)) byTerm.set(weighted.term, weighted);
  }
  return [...byTerm.values()];
}

function remembered(passes: (file: number) => boolean): (file: number) => boolean {
  const verdicts = new Map<number, boolean>();
  return (file) => {
    let verdict = verdicts.get(file);
    if (verdict === undefined) verdicts.set(file, (verdict = passes(file)));
    return verdict;
  };
}

function passing({ segment }: LiveSegment, passes: ((file: number) => boolean) | null): Acceptance {
  if (passes === null) return null;
  const { files } = segment.documents;
  return { has: (document) => passes(files[document] as number) };
}

/** What has all the words need not have them as they are asked for: the text decides. */
function holding(live: LiveSegment, requires: readonly TextRequirement[], { textOf }: MatchContext): Acceptance {
  if (requires.length === 0) return null;
  const sets = requires.map(({ terms }) => documentsWithAll(live, terms));
  const { files, rows } = live.segment.documents;
  return {
    has(document) {
      if (!sets.every((set) => set.has(document))) return false;
      const text = textOf(files[document] as number, rows[document] as number);
      return text !== undefined && requires.every(({ holds }) => holds(text));
    },
  };
}

function both(left: Acceptance, right: Acceptance): Acceptance {
  if (left === null || right === null) return left ?? right;
  return { has: (document) => left.has(document) && right.has(document) };
}
