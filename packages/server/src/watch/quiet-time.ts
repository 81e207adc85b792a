import type { Clock } from '../clock/index.ts';

/** A save is a few events at once; what the source has gathered is not waited for again. */
const FEW = 8;
const SHORT_MS = 5;
const LONG_MS = 50;
/** Longest delay while events keep coming. */
const MAX_MS = 500;
/** Longest delay while somebody changes files in bulk and says so. */
const MAX_HELD_MS = 60_000;

export interface QuietTimeOptions {
  readonly clock: Clock;
  /** Changes that wait. */
  readonly count: () => number;
  /** Whether a program is at work that will change more files (git holds its lock). */
  readonly isHeld: () => Promise<boolean>;
  readonly onQuiet: () => void;
}

/**
 * Decides when a batch of changes is whole: soon after a single save, after a pause when many files
 * change, and not before git has finished, so that the switch of a branch is one batch.
 */
export class QuietTime {
  readonly #options: QuietTimeOptions;
  #firstMs: number | undefined;
  #cancel = (): void => {};
  #wasHeld = false;

  constructor(options: QuietTimeOptions) {
    this.#options = options;
  }

  /** Something changed just now. */
  touch(): void {
    const { clock, count } = this.#options;
    const now = clock.now();
    this.#firstMs ??= now;
    const pause = count() <= FEW ? SHORT_MS : LONG_MS;
    this.#wait(Math.max(0, Math.min(pause, this.#firstMs + MAX_MS - now)));
  }

  stop(): void {
    this.#cancel();
    this.#firstMs = undefined;
  }

  #wait(delayMs: number): void {
    this.#cancel();
    let isCancelled = false;
    const cancelTimer = this.#options.clock.after(delayMs, () => void this.#elapsed(() => isCancelled));
    this.#cancel = () => {
      isCancelled = true;
      cancelTimer();
    };
  }

  async #elapsed(isCancelled: () => boolean): Promise<void> {
    const { clock, isHeld, onQuiet } = this.#options;
    const sinceMs = clock.now() - (this.#firstMs ?? clock.now());
    const mustWait = sinceMs < MAX_HELD_MS && (await isHeld());
    if (isCancelled()) return;
    // The program has just ended: its last events are still on their way.
    const mustWaitOnce = this.#wasHeld && sinceMs < MAX_HELD_MS;
    this.#wasHeld = mustWait;
    if (mustWait || mustWaitOnce) return this.#wait(LONG_MS);
    this.#firstMs = undefined;
    onQuiet();
  }
}
