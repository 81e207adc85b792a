import type { PassageOutcome } from '../asking/ask-passages.ts';
import type { PublishedScores } from '../data/code-queries.ts';
import { bootstrapInterval, groupedUnits, mean, singleUnits } from '../metric/bootstrap.ts';
import { groupsBy, mainGroups, type QueryGroup } from '../metric/groups.ts';
import { intervalText, markdownTable } from './markdown.ts';
import type { QueryRecord } from '../metric/query-record.ts';
import type { CorpusRecord } from './run-record.ts';

const ndcgOf = (query: QueryRecord): number => query.distinctFiles.ndcg;

/** NDCG@10 and recall@10 of all queries and of their kinds, with 95 % intervals. */
export function summaryTable({ queries }: CorpusRecord): string {
  const rows = mainGroups(queries).map(({ name, queries: members }) => {
    const scores = members.map(ndcgOf);
    const repos = members.map(({ repo }) => repo);
    return [
      name,
      members.length,
      mean(members.map(({ chunkList }) => chunkList.ndcg)),
      mean(scores),
      intervalText(bootstrapInterval(singleUnits(scores))),
      intervalText(bootstrapInterval(groupedUnits(scores, repos))),
      mean(members.map(({ distinctFiles }) => distinctFiles.recall)),
    ];
  });
  return markdownTable(
    ['', 'queries', 'NDCG@10, chunk list', 'NDCG@10, distinct files', '95 % over queries', '95 % over repositories', 'recall@10'],
    rows,
  );
}

export function languageTable({ queries }: CorpusRecord): string {
  return markdownTable(
    ['language', 'queries', 'NDCG@10, chunk list', 'NDCG@10, distinct files', 'recall@10'],
    groupsBy(queries, ({ language }) => language).map((group) => [group.name, ...scoresOf(group)]),
  );
}

/** @param published figures of the same repositories; their columns are left out when there are none */
export function repositoryTable({ repositories, queries }: CorpusRecord, published: PublishedScores): string {
  const groups = new Map(groupsBy(queries, ({ repo }) => repo).map((group) => [group.name, group]));
  const hybrid = published.get(comparedSystem);
  const rows = repositories.map(({ repo, language, documents, chunks }) => {
    const group = groups.get(repo) ?? { name: repo, queries: [] };
    return [repo, language, documents, chunks, ...scoresOf(group), ...(hybrid === undefined ? [] : [hybrid.get(repo) ?? '–'])];
  });
  const head = ['repository', 'language', 'files', 'chunks', 'queries', 'NDCG@10, chunk list', 'NDCG@10, distinct files', 'recall@10'];
  return markdownTable([...head, ...(hybrid === undefined ? [] : [`${comparedSystem}, published`])], rows);
}

/** The column of the repository table; all systems stand in the table of published figures. */
const comparedSystem = 'semble_hybrid';

const scoresOf = ({ queries }: QueryGroup): number[] => [
  queries.length,
  mean(queries.map(({ chunkList }) => chunkList.ndcg)),
  mean(queries.map(ndcgOf)),
  mean(queries.map(({ distinctFiles }) => distinctFiles.recall)),
];

export function passageTable(sets: Readonly<Record<string, readonly PassageOutcome[]>>): string {
  const rows = Object.entries(sets).map(([name, outcomes]) => {
    const reciprocal = outcomes.map(({ reciprocalRank }) => reciprocalRank);
    const recall = ([3, 5, 10, 20] as const).map((depth) => mean(outcomes.map((outcome) => outcome.recall[depth])));
    return [name, outcomes.length, ...recall, mean(reciprocal), intervalText(bootstrapInterval(singleUnits(reciprocal)))];
  });
  return markdownTable(['set', 'queries', 'found in 3', 'in 5', 'in 10', 'in 20', 'MRR', '95 % of MRR'], rows);
}
