/**
 * How many projects run a job (or something else of this kind) at once. Those that wait get their turn in the order they came, and stand behind the others
 * again after each job: no project's long queue keeps another's only job waiting.
 */
export class JobTurns {
  readonly #limit: number;
  #running = 0;
  readonly #waiting = new Set<JobTurn>();

  /** @param limit at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param onTurn called once, when it is the caller's turn later; not when it is at once, which the turn says */
  request(onTurn: () => void): JobTurn {
    const turn = new JobTurn(onTurn, (ended) => this.#end(ended));
    if (this.#running < this.#limit) this.#grant(turn);
    else this.#waiting.add(turn);
    return turn;
  }

  /** Runs work in its turn. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = this.request(resolve);
    if (!turn.hasCome) await promise;
    try {
      return await work();
    } finally {
      turn.end();
    }
  }

  #grant(turn: JobTurn): void {
    this.#running += 1;
    turn.hasCome = true;
  }

  #end(turn: JobTurn): void {
    if (!turn.hasCome) {
      this.#waiting.delete(turn);
      return;
    }
    this.#running -= 1;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#grant(next);
    next.onTurn();
  }
}

export class JobTurn {
  hasCome = false;
  readonly onTurn: () => void;
  readonly #onEnd: (turn: JobTurn) => void;
  #hasEnded = false;

  constructor(onTurn: () => void, onEnd: (turn: JobTurn) => void) {
    this.onTurn = onTurn;
    this.#onEnd = onEnd;
  }

  /** Gives it back, or waits for it no longer. Again: nothing. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd(this);
  }
}
