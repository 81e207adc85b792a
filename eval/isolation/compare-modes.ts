import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { QueryResponse, QueryResult } from '@agent-brain/contract/query';
import { runProgram } from '../../bench/frame/processes.ts';
import type { CodeQuery } from '../data/code-queries.ts';

const program = path.resolve(import.meta.dirname, '../../packages/cli/bin/agent-brain.js');

export interface AskedRepository {
  readonly name: string;
  /** Ready checkout; it is copied and stays as it is. */
  readonly folder: string;
  readonly queries: readonly CodeQuery[];
}

export interface ModeComparison {
  readonly name: string;
  readonly queries: number;
  /** Ids of the queries whose answer by the daemon is another than that of the project's own instance. */
  readonly different: readonly string[];
}

/**
 * Asks every query twice through the command line: of an instance for each repository, then of one user daemon that
 * serves them all, a query of each in turn. Both index for themselves.
 */
export async function compareModes(repositories: readonly AskedRepository[], folder: string): Promise<ModeComparison[]> {
  const home = path.join(folder, 'home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const env = { ...process.env, AGENT_BRAIN_HOME: home, NO_COLOR: '1', AGENT_BRAIN_WATCH: 'false' };
  const trees = repositories.map(({ name, folder: source, queries }) => {
    const root = path.join(folder, 'trees', name);
    cpSync(source, root, { recursive: true });
    return {
      name,
      queries,
      run: (command: string, ...argv: string[]) => runProgram([program, command, '--project', root, ...argv], env, folder),
    };
  });
  const alone = new Map<string, string>();
  for (const { queries, run } of trees) {
    await run('start');
    await run('index');
    for (const { id, query } of queries) alone.set(id, await ask(run, query));
    await run('stop');
  }
  const different = new Set<string>();
  try {
    for (const { run } of trees) {
      await run('init', '--mode', 'shared', '--force');
      await run('start');
      await run('index');
    }
    const longest = Math.max(...trees.map(({ queries }) => queries.length));
    for (let turn = 0; turn < longest; turn += 1) {
      for (const { queries, run } of trees) {
        const asked = queries[turn];
        if (asked !== undefined && (await ask(run, asked.query)) !== alone.get(asked.id)) different.add(asked.id);
      }
    }
  } finally {
    await runProgram([program, 'stop', '--mode', 'shared'], env, folder);
  }
  return trees.map(({ name, queries }) => ({
    name,
    queries: queries.length,
    different: queries.filter(({ id }) => different.has(id)).map(({ id }) => id),
  }));
}

async function ask(run: (command: string, ...argv: string[]) => Promise<string>, query: string): Promise<string> {
  const { data } = JSON.parse(await run('query', '--json', '--', query)) as { data: QueryResponse };
  return JSON.stringify(data.results.map(answerOf).toSorted());
}

/** Places of one score stand in the order in which their files came into the index, which is nobody's promise. */
const answerOf = ({ path: file, start_line, end_line, score, text }: QueryResult): string =>
  JSON.stringify([score, file, start_line, end_line, text]);

/** A line per repository. */
export function renderComparison(comparisons: readonly ModeComparison[]): string {
  const rows = comparisons.map(
    ({ name, queries, different }) => `| ${name} | ${queries} | ${queries - different.length} | ${different.join(', ')} |`,
  );
  return ['| repository | queries | same answer from the daemon | others |', '|---|---:|---:|---|', ...rows].join('\n');
}
