/** Between two steps: queries and the main thread have the processor, and an order is heard. */
const PAUSE_MS = 10;
/** So long a run works on what was left undone before it, when it came before that was finished. */
const CATCH_UP_MS = 300;
/** Of other commands that come one on the heels of another, each so manieth makes one step first. */
const NEGLECT_MAX = 8;

/**
 * What is done to the index between commands, in short steps: the answer to a command does not wait for it, and the next
 * command does not either. Commands that come without a pause would starve it, which is why they do a part of it themselves.
 */
export class Upkeep {
  readonly #step: () => boolean;
  readonly #onDone: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isUnfinished = false;
  #neglected = 0;

  /**
   * @param step returns whether there may be more to do
   * @param onDone called when there is nothing more to do; not when a command has come before
   */
  constructor(step: () => boolean, onDone: () => void) {
    this.#step = step;
    this.#onDone = onDone;
  }

  /** A command has ended, and none waits. */
  begin(): void {
    this.#isUnfinished = true;
    this.#timer = setTimeout(() => {
      this.#neglected = 0;
      this.#isUnfinished = this.#step();
      if (this.#isUnfinished) this.begin();
      else this.#onDone();
    }, PAUSE_MS);
  }

  /** A command has come. */
  interrupt(): void {
    clearTimeout(this.#timer);
  }

  /** A command begins. @param isRun it may add much */
  catchUp(isRun: boolean): void {
    if (!this.#isUnfinished) return;
    this.#neglected += 1;
    if (!isRun && this.#neglected < NEGLECT_MAX) return;
    this.#neglected = 0;
    const until = performance.now() + (isRun ? CATCH_UP_MS : 0);
    do this.#isUnfinished = this.#step();
    while (this.#isUnfinished && performance.now() < until);
  }
}
