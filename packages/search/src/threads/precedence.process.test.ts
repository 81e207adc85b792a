import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { expect, test } from 'vitest';
import type { WorkData } from './fixtures/work-in-turn.ts';
import { newPrecedence, type Precedence, questionBegins } from './index.ts';

const program = new URL('./fixtures/work-in-turn.ts', import.meta.url);

interface Crew {
  /** Threads that were at work at once, at the most. */
  atOnce: number;
  nice: number[];
}

async function work(precedence: Precedence | undefined, { threads = 3, pieces = 20, pieceMs = 3 } = {}): Promise<Crew> {
  const seen = new SharedArrayBuffer(8);
  const told = Array.from({ length: threads }, async () => {
    const data: WorkData = { precedence, seen, pieces, pieceMs, dies: false };
    const [message] = (await once(new Worker(program, { workerData: data }), 'message')) as [{ nice: number }];
    return message.nice;
  });
  const nice = await Promise.all(told);
  return { atOnce: new Int32Array(seen)[1] ?? 0, nice };
}

test('while a question is in flight one thread of the background works, and without one all do', async () => {
  const precedence = newPrecedence();
  const answered = questionBegins(precedence);
  expect((await work(precedence)).atOnce).toBe(1);
  answered();
  expect((await work(precedence, { pieces: 200 })).atOnce).toBeGreaterThan(1);
});

test('a thread that died with the turn holds nobody up for long', async () => {
  const precedence = newPrecedence();
  const answered = questionBegins(precedence);
  const data: WorkData = { precedence, seen: new SharedArrayBuffer(8), pieces: 1, pieceMs: 0, dies: true };
  await once(new Worker(program, { workerData: data }), 'exit');
  // It would never end otherwise; how long it takes is a matter of the machine.
  expect((await work(precedence)).atOnce).toBeGreaterThan(0);
  answered();
});

test('threads of the background have a lower priority than those that answer', async (context) => {
  requirePlatform(context, 'linux');
  expect(new Set((await work(newPrecedence(), { pieces: 1 })).nice)).toEqual(new Set([10]));
  expect(new Set((await work(undefined, { pieces: 1 })).nice)).toEqual(new Set([0]));
});
