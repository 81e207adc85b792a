import type { Clock } from '../clock/index.ts';

/** The first comparison of the folders since the start, as those see it who wait for it. */
export class FirstComparison {
  readonly #ended = Promise.withResolvers<void>();
  #isOver = false;

  /** It has ended, or nobody waits for it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
    this.#ended.resolve();
  }

  /** No longer than `limitMs`, and then never again: who asks next is not to wait for what is slow. @throws the signal's reason */
  async wait(clock: Pick<Clock, 'after'>, limitMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const cancel = clock.after(limitMs, () => this.end());
    try {
      await Promise.race([this.#ended.promise, aborted.promise]);
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }
}
