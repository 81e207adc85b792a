import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ParseFeed } from './parse-feed.ts';
import type { ParseItem } from './parse-protocol.ts';
import type { ParseResult } from './parse-result.ts';
import { ParsePool, type ParseTask, type PoolOptions } from './parse-pool.ts';

const fixture = (name: string): URL => new URL(`./fixtures/${name}.ts`, import.meta.url);

const items = (...paths: string[]): ParseItem[] =>
  paths.map((name) => ({
    candidate: {
      path: name,
      absolutePath: `/p/${name}`,
      sizeBytes: 50_000,
      mtimeMs: 0,
      ctimeMs: 0,
      ino: 0,
      language: 'go',
      sourceType: 'code',
    },
  }));

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `f${index}`);

const settings = { root: '/p', maxFileBytes: 1_000_000, chunkSize: 1500, chunkOverlap: 0 };

type Choice = Partial<PoolOptions & Omit<ParseTask, 'items'>>;

function poolOf({ size = 2, fileBudgetMs = 20_000, workerUrl = fixture('unruly-parse-worker'), ...options }: Choice = {}): ParsePool {
  const pool = new ParsePool({ size, fileBudgetMs, workerUrl, ...options });
  onTestFinished(() => pool.close());
  return pool;
}

const parse = (pool: ParsePool, list: readonly ParseItem[], task: Choice = {}): AsyncGenerator<ParseResult[]> =>
  pool.parse({ settings, signal: new AbortController().signal, ...task, items: ParseFeed.of(list) });

async function allOf(pool: ParsePool, list: ParseItem[], task: Choice = {}): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const results of parse(pool, list, task))
    for (const result of results as Extract<ParseResult, { kind: 'skip' }>[]) {
      expect(found.has(result.skip.path), result.skip.path).toBe(false);
      found.set(result.skip.path, result.skip.reason);
    }
  return found;
}

describe('a pool of parse workers', () => {
  test('answers every file exactly once', async () => {
    const found = await allOf(poolOf(), items(...numbered(500)));
    expect([...found.keys()].sort()).toEqual(numbered(500).sort());
  });

  test('answers nothing to nothing, and starts no thread for it', async () => {
    expect((await allOf(poolOf({ workerUrl: fixture('dead-parse-worker') }), [])).size).toBe(0);
  });

  test('answers what has been found so far while more is still looked for', async () => {
    const feed = new ParseFeed();
    const answers = poolOf().parse({ settings, signal: new AbortController().signal, items: feed });
    const first = answers.next();
    for (const item of items('a')) feed.push(item);
    feed.flush();
    expect((await first).value).toMatchObject([{ kind: 'skip', skip: { path: 'a' } }]);
    const second = answers.next();
    for (const item of items('b')) feed.push(item);
    feed.complete();
    expect((await second).value).toMatchObject([{ skip: { path: 'b' } }]);
    expect((await answers.next()).done).toBe(true);
  });

  test('ends with what ended the search for files', async () => {
    const feed = new ParseFeed();
    const answers = poolOf().parse({ settings, signal: new AbortController().signal, items: feed });
    const first = answers.next();
    feed.fail(new Error('the folder is gone'));
    await expect(first).rejects.toThrow('the folder is gone');
  });

  test('skips the file that kills its worker and reads all others', async () => {
    const lost: string[] = [];
    const paths = [...numbered(100), 'crash1', ...numbered(50).map((name) => `g${name}`), 'exit1', 'crash2'];
    const found = await allOf(poolOf(), items(...paths), { onLostWorker: (name) => lost.push(name) });
    expect(found.size).toBe(paths.length);
    expect(
      [...found]
        .filter(([, reason]) => reason === 'extraction_failed')
        .map(([name]) => name)
        .sort(),
    ).toEqual(['crash1', 'crash2', 'exit1']);
    expect(lost.sort()).toEqual(['crash1', 'crash2', 'exit1']);
  });

  test('ends a worker that is too long at one file, and skips the file', async () => {
    const found = await allOf(poolOf({ fileBudgetMs: 300 }), items('a', 'loop', 'b'));
    expect(Object.fromEntries(found)).toEqual({ a: 'empty', loop: 'extraction_failed', b: 'empty' });
  });

  test('outlives a file that takes all memory of its worker', async () => {
    const found = await allOf(poolOf({ size: 1 }), items('a', 'heap', 'b'));
    expect(found.get('heap')).toBe('extraction_failed');
    expect(found.size).toBe(3);
  });

  test('stops at once when it is cancelled, whatever its workers do', async () => {
    const cancel = new AbortController();
    const pool = poolOf();
    const seen: string[] = [];
    let cancelledMs = 0;
    const reading = (async () => {
      for await (const results of parse(pool, items('a', 'loop1', 'b', 'loop2'), { signal: cancel.signal })) {
        seen.push(...results.map((result) => (result.kind === 'skip' ? result.skip.path : '')));
        cancelledMs = performance.now();
        cancel.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(performance.now() - cancelledMs).toBeLessThan(withinMs(2_000));
    expect(seen.length).toBeGreaterThan(0);
  });

  test('fails with the reason when no worker can be started', async () => {
    const reading = allOf(poolOf({ workerUrl: fixture('dead-parse-worker') }), items('a'));
    await expect(reading).rejects.toMatchObject({ code: 'JOB_FAILED', message: expect.stringContaining('never starts') });
  });

  test('keeps its threads from task to task, and all but one of them not for ever', async () => {
    const pool = poolOf({ idleMs: 300 });
    await allOf(pool, items(...numbered(200)));
    expect(pool.threads).toBe(2);
    const root = temporaryDirectory('begun');
    const cancel = new AbortController();
    const held = allOf(pool, items('a', 'note-loop', 'b'), { signal: cancel.signal, settings: { ...settings, root } });
    await waitUntil('a worker is at the file', () => fs.existsSync(path.join(root, 'begun')));
    cancel.abort(new Error('enough'));
    await expect(held).rejects.toThrow('enough');
    expect(pool.threads, 'a thread that was given up at a file is ended').toBe(1);
    expect((await allOf(pool, items(...numbered(200)))).size).toBe(200);
    expect(pool.threads).toBe(2);
    await waitUntil('one is let go', () => pool.threads === 1);
    expect((await allOf(pool, items('a'))).size).toBe(1);
  });

  test('has one thread for few bytes, and all for many', async () => {
    const pool = poolOf();
    expect((await allOf(pool, items(...numbered(30)))).size).toBe(30);
    expect(pool.threads).toBe(1);
    expect((await allOf(pool, items(...numbered(60)))).size).toBe(60);
    expect(pool.threads).toBe(2);
  });

  test('that is to be ready has its threads before its first task, which is given to them', async () => {
    const pool = poolOf({ idleMs: 1 });
    pool.prepare(settings, 1);
    expect(pool.threads).toBe(1);
    pool.prepare(settings);
    pool.prepare(settings);
    expect(pool.threads).toBe(2);
    expect((await allOf(pool, items('a'))).size).toBe(1);
    await waitUntil('one is let go', () => pool.threads === 1);
  });

  test('reads only so far ahead of whoever takes its answers', async () => {
    const root = temporaryDirectory('begun');
    const begun = () => (fs.existsSync(path.join(root, 'begun')) ? fs.readFileSync(path.join(root, 'begun'), 'utf8').length : 0);
    const large = items(...numbered(400).map((name) => `note-${name}`)).map(({ candidate }) => ({
      candidate: { ...candidate, sizeBytes: 200_000 },
    }));
    let answered = 0;
    for await (const results of parse(poolOf(), large, { settings: { ...settings, root } })) {
      if (answered === 0) await waitUntil('workers have read ahead', () => begun() >= 30);
      // 200 kB each: 3 MB before each of two workers and 8 MB of answers are some 70 files, far from all 400.
      if (answered === 0) expect(begun()).toBeLessThan(100);
      answered += results.length;
    }
    expect(answered).toBe(400);
  });
});
