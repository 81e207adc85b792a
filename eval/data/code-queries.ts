import { existsSync } from 'node:fs';
import path from 'node:path';
import { DataError, readDataFile, readJsonLines } from './json-lines.ts';

/** A file that answers a query, or some of its lines (1-based, inclusive). */
export interface Target {
  path: string;
  startLine?: number;
  endLine?: number;
}

export interface CodeQuery {
  id: string;
  repo: string;
  language: string;
  /** `symbol`, `semantic` or `architecture`. */
  category: string;
  query: string;
  targets: readonly Target[];
}

export interface Repository {
  /** Short name, which the queries use. */
  repo: string;
  language: string;
  /** `owner/name`. */
  github: string;
  commit: string;
  /** The folder that published figures were measured on; null is the whole repository. */
  benchmarkRoot: string | null;
}

/** NDCG@10 (chunk list, benchmark root) by system, then by repository, as others published it. */
export type PublishedScores = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface CodeSet {
  repositories: readonly Repository[];
  queries: readonly CodeQuery[];
  published: PublishedScores;
}

interface QueryRow {
  id: string;
  repo: string;
  language: string;
  category: string;
  query: string;
  usable?: boolean;
  relevant?: readonly { path?: unknown; start_line?: number | null; end_line?: number | null }[];
}

interface RepositoryRow {
  repo: string;
  language: string;
  github: string;
  available_commit?: string;
  benchmark_root?: string | null;
}

/**
 * The queries over repositories, from a folder with `repos.jsonl`, `queries.jsonl` and, if others' figures
 * are to be compared with, `anchor-scores.json`.
 * @throws DataError
 */
export function loadCodeSet(folder: string): CodeSet {
  const file = path.join(folder, 'queries.jsonl');
  const queries = readJsonLines<QueryRow>(file)
    .filter(({ usable }) => usable !== false)
    .map((row) => toQuery(row, file));
  const repositories = readJsonLines<RepositoryRow>(path.join(folder, 'repos.jsonl')).flatMap(toRepository);
  return { repositories, queries, published: loadPublished(path.join(folder, 'anchor-scores.json')) };
}

function toQuery({ id, repo, language, category, query, relevant }: QueryRow, file: string): CodeQuery {
  const targets = (relevant ?? []).map(({ path: target, start_line, end_line }) => {
    if (typeof target !== 'string') throw new DataError(`${file}: a target of ${id} has no path`);
    const lines = typeof start_line === 'number' && typeof end_line === 'number' ? { startLine: start_line, endLine: end_line } : {};
    return { path: plainPath(target), ...lines };
  });
  return { id, repo, language, category, query, targets };
}

/** Forward slashes, no `./` in front. */
const plainPath = (text: string): string => text.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');

/** Names become folders below the caller's: nothing but plain ones is taken. */
function toRepository({ repo, language, github, available_commit, benchmark_root }: RepositoryRow): Repository[] {
  if (!/^[\w-][\w.-]*$/.test(repo)) throw new DataError(`repos.jsonl: ${JSON.stringify(repo)} is no plain name`);
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(github)) throw new DataError(`repos.jsonl: ${JSON.stringify(github)} is not owner/name`);
  if (available_commit === undefined) return [];
  return [{ repo, language, github, commit: available_commit, benchmarkRoot: benchmark_root ?? null }];
}

function loadPublished(file: string): PublishedScores {
  const systems = new Map<string, Map<string, number>>();
  if (!existsSync(file)) return systems;
  const { scores } = JSON.parse(readDataFile(file)) as { scores: Record<string, Record<string, number>> };
  for (const [repo, bySystem] of Object.entries(scores)) {
    for (const [system, score] of Object.entries(bySystem)) {
      const ofSystem = systems.get(system) ?? new Map<string, number>();
      systems.set(system, ofSystem.set(repo, score));
    }
  }
  return systems;
}
