import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Gives up after this time; by default so late that only what never comes is missed, on the busiest machine. */
  timeoutMs?: number;
  intervalMs?: number;
}

/**
 * Resolves with the first value of `probe` that is neither `undefined`, `null` nor `false`.
 * Throws an error that names `what` and the last value when the time is over.
 */
export async function waitUntil<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = 180_000, intervalMs = 20 }: WaitOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}; last seen: ${String(value)}`);
    await sleep(intervalMs);
  }
}
