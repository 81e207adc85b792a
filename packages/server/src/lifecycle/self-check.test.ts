import { describe, expect, test } from 'vitest';
import { decideSelf, isIdleTooLong, type SelfObservation } from './self-check.ts';

describe('an instance that looks at itself', () => {
  test.each<[SelfObservation['lock'], SelfObservation['record'], string]>([
    ['ours', 'ours', 'continue'],
    ['ours', 'missing', 'republish'],
    ['ours', 'damaged', 'republish'],
    ['ours', 'other', 'republish'],
    ['lost', 'ours', 'retire'],
    ['lost', 'missing', 'retire'],
    ['lost', 'damaged', 'retire'],
    ['lost', 'other', 'retire'],
  ])('with its lock %s and the record %s decides to %s', (lock, record, action) => {
    expect(decideSelf({ lock, record, served: 'there' }).action).toBe(action);
  });
});

test('an instance retires when what it served was removed, whatever its record says', () => {
  for (const record of ['ours', 'missing', 'damaged', 'other'] as const) {
    expect(decideSelf({ lock: 'ours', record, served: 'gone' })).toEqual({ action: 'retire', reason: 'what it served was removed' });
  }
});

describe('idleness', () => {
  const hours = (count: number) => count * 3_600_000;
  test.each([
    [hours(3), 180, false, true],
    [hours(3) - 1, 180, false, false],
    [hours(3), 180, true, false],
    [hours(1000), 0, false, false],
    [6_000, 0.1, false, true],
  ])('%d ms without use at a limit of %d minutes, busy: %s → stop: %s', (unusedMs, idleStopMinutes, isBusy, stops) => {
    expect(isIdleTooLong({ nowMs: 5 + unusedMs, lastUseMs: 5, idleStopMinutes, isBusy })).toBe(stops);
  });
});
