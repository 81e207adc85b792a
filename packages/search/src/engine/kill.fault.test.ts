import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, onTestFinished, test } from 'vitest';
import { contentOf } from '../store/index-store.contract.ts';
import { SqliteIndexStore } from '../store/index.ts';
import { openTestEngine, ownWord, writeManyFiles } from './fixtures/open-test-engine.ts';

const rounds = process.env['AGENT_BRAIN_SOAK'] === '1' ? 30 : 3;
const fileCount = 1_500;
const program = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));

describe('an engine killed in the middle of indexing', () => {
  test(`${rounds} times at random keeps its integrity and all it had committed, and the next run completes it`, {
    timeout: 600_000,
  }, async () => {
    const root = temporaryDirectory('killed');
    writeManyFiles(root, fileCount);
    const file = path.join(root, '.state', 'data', 'index.db');
    for (let round = 0; round < rounds; round++) {
      const generation = await killAtRandom(root, round);
      const store = SqliteIndexStore.open(file);
      try {
        expect(store.verify()).toEqual([]);
        expect(store.read((view) => view.info().generation)).toBeGreaterThanOrEqual(generation);
        expectCommittedFilesToAnswer(store, root);
      } finally {
        store.close();
      }
      // A file changes and one goes between any two lives, so that the next has something to replace.
      fs.appendFileSync(path.join(root, `d${round}`, `f${round}.go`), `// round ${round}\n`);
      fs.rmSync(path.join(root, 'd39', `f${39 + 40 * round}.go`));
    }
    await expectNextRunToEqualFreshIndex(root);
  });
});

test(`an engine killed ${rounds} times in the middle of an update keeps what it had told of, whole files each`, {
  timeout: 600_000,
}, async () => {
  const root = temporaryDirectory('killed');
  writeManyFiles(root, 300);
  const first = await openTestEngine(root);
  await first.index();
  await first.engine.close();
  for (let round = 0; round < rounds; round++) {
    const generation = await killAtRandom(root, round * 10, 'update-forever');
    const store = SqliteIndexStore.open(path.join(root, '.state', 'data', 'index.db'));
    try {
      expect(store.verify()).toEqual([]);
      expect(store.read((view) => view.info().generation)).toBeGreaterThanOrEqual(generation);
      expectCommittedFilesToAnswer(store, root);
    } finally {
      store.close();
    }
  }
  await expectNextRunToEqualFreshIndex(root);
});

/** @returns the last generation the child told of before it was killed: at a random commit, a random moment after it */
async function killAtRandom(root: string, round: number, name = 'index-forever'): Promise<number> {
  const child = spawn(process.execPath, [program(name), root], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const first = { generation: 0 };
  const deadline = 1 + Math.floor(Math.random() * (3 + round));
  let told = 0;
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    first.generation = Number(line);
    told += 1;
    if (told < deadline) continue;
    await sleep(Math.random() * 80);
    break;
  }
  await killed(child);
  return first.generation;
}

const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

/** Every file the store says it has answers with its own word, and its text is the one that was hashed. */
function expectCommittedFilesToAnswer(store: SqliteIndexStore, root: string): void {
  const files = [...store.files()];
  expect(files.length).toBeGreaterThan(0);
  for (const { path: name } of files) {
    const index = Number(/f(\d+)\.go$/.exec(name)?.[1]);
    const state = store.fileState(name);
    store.read((view) => {
      const matches = view.match({ terms: [ownWord(index)], weights: { body: 1, path: 1, symbol: 1 }, limit: 10 });
      expect(matches.map((match) => match.path)).toContain(name);
      const text = view.text(matches[0]?.file ?? 0);
      expect(createHash('sha256').update(text).digest('hex')).toBe(state?.hash);
    });
  }
  expect(files.length).toBeLessThanOrEqual(
    fs.readdirSync(root, { recursive: true }).filter((name) => String(name).endsWith('.go')).length + rounds,
  );
}

async function expectNextRunToEqualFreshIndex(root: string): Promise<void> {
  const words = ['func', 'int', 'return', ownWord(3), ownWord(700)];
  const content = async () => {
    const opened = await openTestEngine(root);
    await opened.index();
    await opened.engine.close();
    const store = SqliteIndexStore.open(path.join(root, '.state', 'data', 'index.db'));
    try {
      return contentOf(store, words);
    } finally {
      store.close();
    }
  };
  const survived = await content();
  fs.rmSync(path.join(root, '.state'), { recursive: true });
  expect(survived).toEqual(await content());
}
