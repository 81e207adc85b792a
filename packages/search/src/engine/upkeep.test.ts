import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';
import { Upkeep } from './upkeep.ts';

/** Upkeep of so many steps. */
function upkeepOf(steps: number) {
  const seen = { left: steps, done: 0 };
  const upkeep = new Upkeep(
    () => (seen.left -= 1) > 0,
    () => (seen.done += 1),
  );
  return { seen, upkeep };
}

describe('upkeep of the index', () => {
  test('goes on step by step until nothing is left, and says so once', async () => {
    const { seen, upkeep } = upkeepOf(5);
    upkeep.begin();
    await waitUntil('all is done', () => seen.done > 0);
    expect(seen).toEqual({ left: 0, done: 1 });
    upkeep.catchUp(true);
    expect(seen.left).toBe(0);
  });

  test('that a command interrupts goes on after it', async () => {
    const { seen, upkeep } = upkeepOf(5);
    upkeep.begin();
    upkeep.interrupt();
    upkeep.catchUp(false);
    expect(seen).toEqual({ left: 5, done: 0 });
    upkeep.begin();
    await waitUntil('all is done', () => seen.done > 0);
    expect(seen).toEqual({ left: 0, done: 1 });
  });

  test('is not starved by commands without a pause: every eighth makes a step first, and a run as many as it can in its time', () => {
    const { seen, upkeep } = upkeepOf(20);
    for (let command = 0; command < 24; command += 1) {
      upkeep.begin();
      upkeep.interrupt();
      upkeep.catchUp(false);
    }
    expect(seen.left).toBe(17);
    upkeep.begin();
    upkeep.interrupt();
    upkeep.catchUp(true);
    expect(seen.left).toBe(0);
  });
});
