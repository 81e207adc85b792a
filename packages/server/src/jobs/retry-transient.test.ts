import { AgentBrainError } from '@agent-brain/contract/errors';
import { expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { type Retry, retryTransient } from './retry-transient.ts';

const busy = (retryAfterS: number) => new AgentBrainError('QUEUE_FULL', 'come again', { retryAfterS });
const settle = () => new Promise((resolve) => setImmediate(resolve));

function setUp(outcomes: (Error | string)[]) {
  const clock = new ManualClock(0);
  const controller = new AbortController();
  const retries: (Retry | undefined)[] = [];
  let calls = 0;
  const result = retryTransient(
    async () => {
      const outcome = outcomes[Math.min(calls, outcomes.length - 1)] as Error | string;
      calls += 1;
      if (typeof outcome === 'string') return outcome;
      throw outcome;
    },
    { clock, signal: controller.signal, onRetry: (retry) => retries.push(retry) },
  );
  return { clock, controller, retries, result, calls: () => calls };
}

test('repeats what failed for a passing reason, after longer and longer waits, and tells of each', async () => {
  const { clock, result, retries, calls } = setUp([busy(0), busy(0), busy(7), 'done']);
  for (const [wait, count] of [
    [1_000, 2],
    [2_000, 3],
    [7_000, 4],
  ] as const) {
    await settle();
    clock.advance(wait - 1);
    await settle();
    expect(calls()).toBe(count - 1);
    clock.advance(1);
    await settle();
    expect(calls()).toBe(count);
  }
  await expect(result).resolves.toBe('done');
  expect(retries.map((retry) => retry && [retry.attempt, retry.nextAtMs])).toEqual([
    [1, 1_000],
    undefined,
    [2, 3_000],
    undefined,
    [3, 10_000],
    undefined,
  ]);
});

test('gives up after five, and at once when the reason does not pass', async () => {
  const patient = setUp([busy(1)]);
  const ended = patient.result.catch((error: unknown) => error);
  for (let n = 0; n < 6; n += 1) {
    await settle();
    patient.clock.advance(60_000);
  }
  expect([await ended, patient.calls()]).toEqual([expect.objectContaining({ code: 'QUEUE_FULL' }), 6]);
  const final = setUp([new AgentBrainError('DISK_FULL', 'no space')]);
  await expect(final.result).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(final.calls()).toBe(1);
});

test('pauses over a limit as often as it takes, for the same time each', async () => {
  const full = new AgentBrainError('MEMORY_LIMIT', 'too much', { retryAfterS: 5 });
  const { clock, result, retries } = setUp([...Array.from({ length: 9 }, () => full), 'done']);
  for (let n = 0; n < 9; n += 1) {
    await settle();
    clock.advance(5_000);
  }
  await expect(result).resolves.toBe('done');
  expect(retries.flatMap((retry) => (retry === undefined ? [] : [retry.nextAtMs]))).toEqual(
    Array.from({ length: 9 }, (_, n) => (n + 1) * 5_000),
  );
});

test('a wait ends with the signal', async () => {
  const { controller, result } = setUp([busy(60)]);
  await settle();
  controller.abort(new Error('stopped'));
  await expect(result).rejects.toThrow('stopped');
});
