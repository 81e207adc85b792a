import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DrainCounter, queueLength } from './drain-counter.ts';

test.each([
  [24, 0],
  [25, 1],
  [1_000, 1],
])('%i events in one turn of the loop, with a queue of 100, are an overflow %i times', async (events, expected) => {
  let overflows = 0;
  const counter = new DrainCounter(() => void (overflows += 1), 100);
  for (let n = 0; n < events; n += 1) counter.count();
  await nextTurn();
  await nextTurn();
  expect(overflows).toBe(expected);
});

test('events of several turns are not added up', async () => {
  let overflows = 0;
  const counter = new DrainCounter(() => void (overflows += 1), 100);
  for (let turn = 0; turn < 10; turn += 1) {
    for (let n = 0; n < 20; n += 1) counter.count();
    await nextTurn();
    await nextTurn();
  }
  expect(overflows).toBe(0);
});

test('the length of the queue is what the system says, or its default', () => {
  expect(queueLength(() => '512\n')).toBe(512);
  expect(
    queueLength(() => {
      throw new Error('no such file');
    }),
  ).toBe(16_384);
});
