import type { QueryRecord } from './query-record.ts';

export interface QueryGroup {
  name: string;
  queries: readonly QueryRecord[];
}

/** All, the two strata, categories. */
export function mainGroups(queries: readonly QueryRecord[]): QueryGroup[] {
  const gap = queries.filter((query) => query.gap);
  const rest = queries.filter((query) => !query.gap);
  return [
    { name: 'all', queries },
    { name: 'vocabulary gap', queries: gap },
    { name: 'vocabulary shared', queries: rest },
    ...groupsBy(queries, ({ category }) => category),
  ].filter((group) => group.queries.length > 0);
}

/** One group per key, in the order of the keys. */
export function groupsBy(queries: readonly QueryRecord[], keyOf: (query: QueryRecord) => string): QueryGroup[] {
  const groups = new Map<string, QueryRecord[]>();
  for (const query of queries) {
    const group = groups.get(keyOf(query));
    if (group === undefined) groups.set(keyOf(query), [query]);
    else group.push(query);
  }
  return [...groups].map(([name, members]) => ({ name, queries: members })).sort((left, right) => (left.name < right.name ? -1 : 1));
}
