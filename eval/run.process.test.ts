import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import type { RunRecord } from './report/run-record.ts';

const program = path.join(import.meta.dirname, 'run.ts');

function evaluate(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const writeLines = (file: string, ...rows: object[]) => writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

/** A data directory of three queries over one repository of three files, its bare mirror, and a set of two passages. */
function makeData(folder: string): { data: string; mirrors: string } {
  const tree = path.join(folder, 'tree');
  mkdirSync(path.join(tree, 'src'), { recursive: true });
  writeFileSync(path.join(tree, 'src', 'router.go'), 'package src\n\n// Router matches the path of a request.\ntype Router struct{}\n');
  writeFileSync(path.join(tree, 'src', 'clock.go'), 'package src\n\n// Clock tells the time that a lease has left.\ntype Clock struct{}\n');
  writeFileSync(path.join(tree, 'outside.go'), 'package main\n\n// Router of another kind.\nfunc main() {}\n');
  const git = (...argv: string[]) =>
    execFileSync('git', ['-C', tree, '-c', 'user.name=t', '-c', 'user.email=t@t', ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'all');
  const commit = git('rev-parse', 'HEAD').trim();
  const mirrors = path.join(folder, 'mirrors');
  execFileSync('git', ['clone', '-q', '--bare', tree, path.join(mirrors, 'acme+road', 'repo')], { stdio: 'ignore' });
  const data = path.join(folder, 'data');
  mkdirSync(path.join(data, 'semble-dev'), { recursive: true });
  mkdirSync(path.join(data, 'cosqa-dev'));
  const repository = { repo: 'road', language: 'go', github: 'acme/road', available_commit: commit, benchmark_root: 'src' };
  const absent = { ...repository, repo: 'absent', github: 'acme/absent' };
  writeLines(path.join(data, 'semble-dev', 'repos.jsonl'), repository, absent);
  const query = (id: string, text: string, target: string) => ({
    id,
    repo: 'road',
    language: 'go',
    category: 'semantic',
    query: text,
    relevant: [{ path: target }],
  });
  writeLines(
    path.join(data, 'semble-dev', 'queries.jsonl'),
    query('q1', 'router of requests', 'src/router.go'),
    query('q2', 'how much of a lease is left', 'src/clock.go'),
    { ...query('q3', 'never asked', 'gone.go'), usable: false },
  );
  writeFileSync(path.join(data, 'semble-dev', 'anchor-scores.json'), JSON.stringify({ scores: { road: { semble_hybrid: 0.5 } } }));
  writeLines(
    path.join(data, 'cosqa-dev', 'corpus.jsonl'),
    { id: 0, text: 'def add(a, b):\n    return a + b\n' },
    { id: 1, text: 'def close(f):\n    f.close()\n' },
  );
  writeLines(path.join(data, 'cosqa-dev', 'queries.jsonl'), { id: 'p1', query: 'python close a file', relevant: [{ id: 1 }] });
  return { data, mirrors };
}

test('a run over mirrors scores each query, names what is missing, and is the same the second time', (context) => {
  requireProgram(context, 'git');
  const folder = temporaryDirectory('eval run');
  const { data, mirrors } = makeData(folder);
  const [work, json, markdown, results] = ['work', 'run.json', 'page.md', 'lists.jsonl'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  const argv = ['--data', data, '--mirrors', mirrors, '--work', work, '--whole', '--passages', '--ablation', '--json', json];
  const first = evaluate(...argv, '--markdown', markdown, '--results', results);
  expect(first.stderr).toContain('absent: left out, no mirror of acme/absent');
  expect(first.status).toBe(0);
  const run = JSON.parse(readFileSync(json, 'utf8')) as RunRecord;
  expect(run.corpora.roots?.queries).toEqual([
    {
      id: 'q1',
      repo: 'road',
      language: 'go',
      category: 'semantic',
      gap: false,
      chunkList: { ndcg: 1, recall: 1 },
      distinctFiles: { ndcg: 1, recall: 1 },
    },
    {
      id: 'q2',
      repo: 'road',
      language: 'go',
      category: 'semantic',
      gap: true,
      chunkList: { ndcg: 1, recall: 1 },
      distinctFiles: { ndcg: 1, recall: 1 },
    },
  ]);
  expect(run.corpora.roots?.repositories).toMatchObject([{ repo: 'road', documents: 2 }]);
  expect(run.corpora.whole?.repositories).toMatchObject([{ repo: 'road', documents: 3 }]);
  expect(run.passages['functions']).toMatchObject([{ id: 'p1', reciprocalRank: 1 }]);
  expect(readFileSync(results, 'utf8').split('\n')[0]).toMatch(/^\{"id":"q1","results":\[\{"path":"src\/router.go","start_line":1,/);
  const page = readFileSync(markdown, 'utf8');
  expect(page).toContain('| semble_hybrid | 1 | 0.5000 | 1 | +0.5000 |');
  expect(page).toMatch(/\| ×test \| \+0.0000 \|/);
  expect(page).not.toContain('lease');

  const second = evaluate(...argv, '--against', json, '--only', 'road');
  expect(second.status).toBe(0);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(run);
  expect(second.stdout).toContain('| all | distinct files | 2 | +0.0000 | +0.0000 … +0.0000 | +0.0000 … +0.0000 | 0 / 2 / 0 |');
});

test('a daemon for all repositories answers as an instance for each', { timeout: 180_000 }, (context) => {
  requireProgram(context, 'git');
  const folder = temporaryDirectory('eval modes');
  const { data, mirrors } = makeData(folder);
  const outcome = evaluate('--data', data, '--mirrors', mirrors, '--work', path.join(folder, 'work'), '--modes');
  expect(outcome).toMatchObject({ status: 0, stdout: expect.stringContaining('| road | 2 | 2 |  |') });
});

test('without data it says what is needed, and what it cannot read it names', () => {
  const folder = temporaryDirectory('eval wrong');
  expect(evaluate()).toMatchObject({ status: 2, stderr: expect.stringContaining('--data is needed') });
  expect(evaluate('--data', folder)).toMatchObject({ status: 2, stderr: expect.stringContaining('--mirrors or --checkouts is needed') });
  expect(evaluate('--data', folder, '--mirrors', folder)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('queries.jsonl cannot be read'),
  });
  expect(evaluate('--nonsense')).toMatchObject({ status: 2, stderr: expect.stringContaining('--nonsense') });
});
