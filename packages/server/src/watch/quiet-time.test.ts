import { expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { QuietTime } from './quiet-time.ts';

function setUp() {
  const clock = new ManualClock();
  const state = { count: 1, isHeld: false, batches: [] as number[] };
  const begin = clock.now();
  const quiet = new QuietTime({
    clock,
    count: () => state.count,
    isHeld: async () => state.isHeld,
    onQuiet: () => void state.batches.push(clock.now() - begin),
  });
  /** Time passes in small steps, so that what waits for an answer goes on. */
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 5) {
      clock.advance(5);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, state, quiet, pass };
}

test('a single save is a batch after five milliseconds', async () => {
  const { quiet, state, pass } = setUp();
  quiet.touch();
  await pass(50);
  expect(state.batches).toEqual([5]);
});

test('many changes wait for a pause of fifty milliseconds', async () => {
  const { quiet, state, pass } = setUp();
  state.count = 100;
  for (let n = 0; n < 4; n += 1) {
    quiet.touch();
    await pass(30);
  }
  expect(state.batches).toEqual([]);
  await pass(100);
  expect(state.batches).toEqual([140]);
});

test('changes that never pause are a batch every half second', async () => {
  const { quiet, state, pass } = setUp();
  state.count = 100;
  for (let n = 0; n < 40; n += 1) {
    quiet.touch();
    await pass(30);
  }
  expect(state.batches.length).toBeGreaterThanOrEqual(2);
  expect(state.batches[0]).toBeGreaterThanOrEqual(500);
  expect(state.batches[0]).toBeLessThan(550);
});

test('while git works there is no batch, and soon after it one', async () => {
  const { quiet, state, pass } = setUp();
  state.isHeld = true;
  for (let n = 0; n < 100; n += 1) {
    quiet.touch();
    await pass(30);
  }
  expect(state.batches).toEqual([]);
  state.isHeld = false;
  await pass(100);
  expect(state.batches).toHaveLength(1);
});

test('a lock that is held for a minute is waited for no longer', async () => {
  const { quiet, state, pass } = setUp();
  state.isHeld = true;
  quiet.touch();
  await pass(60_100);
  expect(state.batches).toHaveLength(1);
});

test('a stopped one makes no batch', async () => {
  const { quiet, state, pass } = setUp();
  quiet.touch();
  quiet.stop();
  await pass(100);
  expect(state.batches).toEqual([]);
});
