import type { Clock } from '../clock/index.ts';

/** Timers of which each name has at most one. */
export class NamedTimers<Name extends string> {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #cancels = new Map<Name, () => void>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  has(name: Name): boolean {
    return this.#cancels.has(name);
  }

  /** In the place of the one of that name. */
  set(name: Name, delayMs: number, action: () => void): void {
    this.#cancels.get(name)?.();
    const cancel = this.#clock.after(delayMs, () => {
      this.#cancels.delete(name);
      action();
    });
    this.#cancels.set(name, cancel);
  }

  close(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
