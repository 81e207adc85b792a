import { type ChildProcess, fork, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { batchOf, wordOf } from './fixtures/random-batches.ts';
import { answerOf, type ReaderAnswer } from './fixtures/reader-answer.ts';
import { seededRandom } from './fixtures/seeded-random.ts';
import { contentOf } from './index-store.contract.ts';
import { MemoryIndexStore, SqliteIndexReader, SqliteIndexStore, storeFile } from './index.ts';

const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';
const kills = isSoak ? 100 : 6;
const readS = isSoak ? 600 : 4;
/** Of the writer that the reader must have met: a loaded machine may need longer than `readS` for them. */
const fewestGenerations = 20;
/** The soak has to meet them in its time. */
const awaited = isSoak ? -1 : fewestGenerations;
const program = fileURLToPath(new URL('./fixtures/write-forever.ts', import.meta.url));
const words = Array.from({ length: 12 }, (_, index) => `word${index ** 2}`);

function startWriter(file: string, last = Number.POSITIVE_INFINITY): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, [program, file, String(last)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A reader in a process of its own, whose memory and files are its alone. */
function startReader(file: string): (terms: readonly string[]) => Promise<ReaderAnswer> {
  const child = fork(fileURLToPath(new URL('./fixtures/answer-forever.ts', import.meta.url)), [file]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return (terms) =>
    new Promise((resolve, reject) => {
      const onExit = () => reject(new Error('the reader ended'));
      child.once('exit', onExit);
      child.once('message', (answer) => {
        child.off('exit', onExit);
        resolve(answer as ReaderAnswer);
      });
      child.send(terms);
    });
}

/** @returns the last generation the writer told of before it was killed: at a random commit, a random moment after it */
async function killAtRandom(file: string): Promise<number> {
  const child = startWriter(file);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const deadline = 1 + Math.floor(Math.random() * 60);
  let told = 0;
  let generation = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    generation = Number(line);
    told += 1;
    if (told >= deadline) break;
  }
  await sleep(Math.random() * 15);
  child.kill('SIGKILL');
  await ended;
  return generation;
}

/** The reference, brought forward to a generation. */
function advance(model: MemoryIndexStore, generation: number): void {
  for (let next = model.read((view) => view.info().generation) + 1; next <= generation; next++) model.commit(batchOf(next));
}

/** Sums are rounded, so that they are the same over any segments: the naive ones differ in the tenth digit. */
const nearly = ({ answers, ...content }: ReturnType<typeof contentOf>) => ({
  ...content,
  answers: answers.map((matches) => matches.map(({ match, score }) => ({ match, score: expect.closeTo(score, 9) as number }))),
});

test(`a writer killed ${kills} times in commits and merges leaves the last generation, exact and sound, and no leftovers`, {
  timeout: 1_200_000,
}, async (context) => {
  const file = storeFile(temporaryDirectory('crash'));
  const model = new MemoryIndexStore();
  let largest = 0;
  for (let kill = 0; kill < kills; kill++) {
    const told = await killAtRandom(file);
    largest = Math.max(largest, fs.statSync(file).size);
    const reader = SqliteIndexReader.open(file);
    const store = SqliteIndexStore.open(file);
    try {
      expect(store.verify()).toEqual([]);
      const { generation } = store.read((view) => view.info());
      expect(generation).toBeGreaterThanOrEqual(told);
      advance(model, generation);
      expect(contentOf(store, words)).toEqual(nearly(contentOf(model, words)));
      expect(reader?.read((view) => view.info().generation)).toBe(generation);
      // What a merge had written is gone, or lives: nothing lies about between the two.
      while (store.maintain());
      expect(store.verify()).toEqual([]);
      expect(contentOf(store, words)).toEqual(nearly(contentOf(model, words)));
    } finally {
      store.close();
      reader?.close();
    }
  }
  const fresh = SqliteIndexStore.open(storeFile(temporaryDirectory('fresh')));
  for (let generation = 1; generation <= model.read((view) => view.info().generation); generation++) fresh.commit(batchOf(generation));
  while (fresh.maintain());
  const bytes = fs.statSync(file).size;
  noteFigure(context, `${bytes} bytes after ${kills} kills, at most ${largest} at a kill; ${fresh.sizeBytes()} bytes made without one`);
  expect(bytes).toBeLessThan(fresh.sizeBytes() * 1.5 + 8_200_000);
  fresh.close();
});

test(`one reader for ${readS} s beside one writer meets no busy store and no torn answer, and loses neither files nor memory`, {
  timeout: readS * 1000 + 600_000,
}, async (context) => {
  requirePlatform(context, 'linux');
  const file = storeFile(temporaryDirectory('beside'));
  const writer = startWriter(file);
  const lines = createInterface({ input: writer.stdout });
  await new Promise((resolve) => lines.once('line', resolve));
  lines.on('line', () => {});
  const ask = startReader(file);
  const model = new MemoryIndexStore();
  const random = seededRandom(3);
  const generations = new Set<number>();
  let reads = 0;
  let slowestMs = 0;
  let before: ReaderAnswer | undefined;
  let last: ReaderAnswer | undefined;
  for (const endMs = performance.now() + readS * 1000; performance.now() < endMs || generations.size <= awaited; ) {
    const terms = [...new Set([wordOf(random), wordOf(random), wordOf(random)])];
    last = await ask(terms);
    const { found } = last;
    slowestMs = Math.max(slowestMs, last.ms);
    advance(model, found.generation);
    const expected = model.read((view) => answerOf(view, terms));
    // As in `nearly`.
    const matches = expected.matches.map((match) => ({ ...match, score: expect.closeTo(match.score, 6) as number }));
    expect(found).toEqual({ ...expected, matches });
    generations.add(found.generation);
    reads += 1;
    // The first ones fill caches.
    if (before === undefined && (reads === 200 || performance.now() > endMs - readS * 500)) before = last;
  }
  const grownMb = ((last?.bytes ?? 0) - (before?.bytes ?? 0)) / 1024 ** 2;
  noteFigure(
    context,
    `${reads} answers of ${generations.size} generations, slowest ${slowestMs.toFixed(1)} ms, ${grownMb.toFixed(0)} MiB more than at first`,
  );
  expect(generations.size).toBeGreaterThan(fewestGenerations);
  expect(last?.files).toBeLessThanOrEqual(before?.files ?? 0);
  expect(grownMb).toBeLessThan(150);
});
