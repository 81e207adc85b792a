import type { PassageOutcome } from '../asking/ask-passages.ts';
import type { PublishedScores } from '../data/code-queries.ts';
import { bootstrapInterval, groupedUnits, mean, singleUnits } from '../metric/bootstrap.ts';
import { mainGroups } from '../metric/groups.ts';
import { markdownTable, signed, signedInterval } from './markdown.ts';
import type { CorpusRecord } from './run-record.ts';

/** What counts as the same score: below this the difference is that of adding in another order. */
const SAME = 1e-9;

/** Differences query by query, over the queries that both runs have. */
export function againstTable(now: CorpusRecord, before: CorpusRecord): string {
  const earlier = new Map(before.queries.map((query) => [query.id, query]));
  const both = now.queries.filter(({ id }) => earlier.has(id));
  const rows = mainGroups(both).flatMap(({ name, queries }) =>
    (['chunkList', 'distinctFiles'] as const).map((view) => {
      const differences = queries.map((query) => query[view].ndcg - (earlier.get(query.id)?.[view].ndcg ?? 0));
      const repos = queries.map(({ repo }) => repo);
      return [name, view === 'chunkList' ? 'chunk list' : 'distinct files', queries.length, ...differenceCells(differences, repos)];
    }),
  );
  return markdownTable(['', 'list', 'queries', 'NDCG@10', '95 % over queries', '95 % over repositories', 'better / same / worse'], rows);
}

export function passageAgainstTable(
  now: Readonly<Record<string, readonly PassageOutcome[]>>,
  before: Readonly<Record<string, readonly PassageOutcome[]>>,
): string {
  const rows = Object.entries(now).flatMap(([name, outcomes]) => {
    const earlier = new Map(before[name]?.map((outcome) => [outcome.id, outcome]));
    const both = outcomes.filter(({ id }) => earlier.has(id));
    if (both.length === 0) return [];
    const differences = both.map((outcome) => outcome.reciprocalRank - (earlier.get(outcome.id)?.reciprocalRank ?? 0));
    return [
      [name, both.length, signed(mean(differences)), signedInterval(bootstrapInterval(singleUnits(differences))), tally(differences)],
    ];
  });
  return markdownTable(['set', 'queries', 'MRR', '95 % over queries', 'better / same / worse'], rows);
}

function differenceCells(differences: readonly number[], repos: readonly string[]): string[] {
  return [
    signed(mean(differences)),
    signedInterval(bootstrapInterval(singleUnits(differences))),
    signedInterval(bootstrapInterval(groupedUnits(differences, repos))),
    tally(differences),
  ];
}

function tally(differences: readonly number[]): string {
  const better = differences.filter((difference) => difference > SAME).length;
  const worse = differences.filter((difference) => difference < -SAME).length;
  return `${better} / ${differences.length - better - worse} / ${worse}`;
}

/** Our chunk list beside what others published for the same repositories; their scores are means of a repository. */
export function publishedTable({ queries }: CorpusRecord, published: PublishedScores): string {
  const rows = [...published].map(([system, scores]) => {
    const both = queries.filter(({ repo }) => scores.has(repo));
    const theirs = both.map(({ repo }) => scores.get(repo) ?? 0);
    const differences = both.map((query, index) => query.chunkList.ndcg - (theirs[index] ?? 0));
    const interval = bootstrapInterval(
      groupedUnits(
        differences,
        both.map(({ repo }) => repo),
      ),
    );
    return [
      system,
      new Set(both.map(({ repo }) => repo)).size,
      mean(theirs),
      mean(both.map(({ chunkList }) => chunkList.ndcg)),
      signed(mean(differences)),
      signedInterval(interval),
    ] as const;
  });
  const sorted = rows.toSorted((left, right) => right[2] - left[2]);
  return markdownTable(['system', 'repositories', 'published', 'ours, chunk list', 'difference', '95 % over repositories'], sorted);
}
