import { expect, test } from 'vitest';
import { untilAborted } from './until-aborted.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('work that cannot be interrupted is left behind with the reason of the signal', async () => {
  const controller = new AbortController();
  const waiting = untilAborted(controller.signal, never);
  const reason = new Error('the user left');
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

test('work is not begun when the signal is aborted already', async () => {
  let isBegun = false;
  const begin = async (): Promise<void> => void (isBegun = true);
  await expect(untilAborted(AbortSignal.abort('gone'), begin)).rejects.toBe('gone');
  expect(isBegun).toBe(false);
});

test('the result or the failure of the work comes through, and no listener stays', async () => {
  const { signal } = new AbortController();
  const listening = new Set<unknown>();
  const watched = Object.assign(Object.create(signal) as AbortSignal, {
    throwIfAborted: () => undefined,
    addEventListener: (_type: string, listener: unknown) => listening.add(listener),
    removeEventListener: (_type: string, listener: unknown) => listening.delete(listener),
  });
  await expect(untilAborted(watched, async () => 42)).resolves.toBe(42);
  await expect(untilAborted(watched, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(untilAborted(undefined, async () => 42)).resolves.toBe(42);
  expect(listening.size).toBe(0);
});
