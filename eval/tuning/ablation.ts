import type { RankOptions } from '@agent-brain/search/rank';
import { bootstrapInterval, groupedUnits, mean } from '../metric/bootstrap.ts';
import { isInVocabularyGap } from '../metric/vocabulary-gap.ts';
import { markdownTable, signed, signedInterval } from '../report/markdown.ts';
import type { Corpus } from '../report/run-record.ts';
import { type GatheredQuery, scoreRanking } from './gather-candidates.ts';

interface Variant {
  name: string;
  options: RankOptions;
}

const without = (...rules: string[]): RankOptions => ({ without: new Set(rules) });

/** One rule, or one part of a rule, less. */
const variants: readonly Variant[] = [
  {
    name: 'no rule, text score alone',
    options: {
      constants: { strongPenalty: 1, weakPenalty: 1 },
      without: new Set(['file_coherence', 'folder_coherence', 'path_overlap', 'definition']),
    },
  },
  { name: 'file_coherence', options: without('file_coherence') },
  { name: 'folder_coherence', options: without('folder_coherence') },
  { name: 'path_overlap', options: without('path_overlap') },
  { name: 'path_overlap: the rest of the name', options: { constants: { namePrecision: 0 } } },
  { name: 'path_overlap: first words first', options: { constants: { laterWord: 1 } } },
  { name: 'path_overlap: rare words first', options: { constants: { nameRarity: 0 } } },
  { name: 'definition', options: without('definition') },
  { name: 'bm25: exponent', options: { constants: { textExponent: 1 } } },
  ...['×test', '×legacy', '×example', '×vendored', '×document', '×history', '×barrel', '×declarations', '×settings'].map((rule) => ({
    name: rule,
    options: without(rule),
  })),
];

/** What each rule is worth: NDCG@10 with all rules minus NDCG@10 without it, by corpus. */
export function ablationTable(corpora: Readonly<Partial<Record<Corpus, readonly GatheredQuery[]>>>): string {
  const names = Object.keys(corpora);
  const full = new Map(Object.entries(corpora).map(([name, gathered]) => [name, scoreRanking(gathered)]));
  const rows = variants.map(({ name, options }) => [
    name,
    ...Object.entries(corpora).flatMap(([corpus, gathered]) => {
      const less = scoreRanking(gathered, options);
      const worth = [...(full.get(corpus) ?? [])].map((score, index) => score - (less[index] ?? 0));
      const inGap = worth.filter((_, index) => isInVocabularyGap((gathered[index] as GatheredQuery).query));
      const repos = gathered.map(({ query }) => query.repo);
      return [signed(mean(worth)), signedInterval(bootstrapInterval(groupedUnits(worth, repos))), signed(mean(inGap))];
    }),
  ]);
  return markdownTable(['without', ...names.flatMap((name) => [`worth on ${name}`, '95 % over repositories', 'in the gap'])], rows);
}
