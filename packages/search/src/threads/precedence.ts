import fs from 'node:fs';
import os from 'node:os';
import { threadId } from 'node:worker_threads';

/*
 * Questions go before indexing. All engines of a process that are given the same `Precedence` keep to it:
 *
 * - their threads that index run at a lower priority, so that a thread that answers gets a core at once;
 * - while any of them is being asked, one of all their indexing threads works and the others wait: what threads share
 *   besides cores (memory bandwidth, caches, the disk) is not taken from whoever answers.
 *
 * A piece of work (a file, a commit) that has begun is not interrupted. The turn is given back after each piece, and
 * whoever has waited for it too long takes it: one that died with it holds up nobody for longer, and a stream of
 * questions without end slows indexing down and does not stop it.
 */
export type Precedence = SharedArrayBuffer;

const cellOf = { questions: 0, turn: 1 } as const;
const NOBODY = 0;
/** After this time a thread takes the turn that another one seems to keep. */
const LONGEST_WAIT_MS = 250;
/** Between two looks at who has the turn. */
const LOOK_MS = 5;

export const newPrecedence = (): Precedence => new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);

/** @returns to be called once, when the question has its answer */
export function questionBegins(precedence: Precedence): () => void {
  const cells = new Int32Array(precedence);
  Atomics.add(cells, cellOf.questions, 1);
  return () => {
    Atomics.sub(cells, cellOf.questions, 1);
    Atomics.notify(cells, cellOf.questions);
  };
}

/** A thread that indexes, for its whole life. */
export class BackgroundThread {
  readonly #cells: Int32Array | undefined;

  /** Lowers the priority of the calling thread, where the system can. @param precedence undefined: nobody goes before it */
  constructor(precedence: Precedence | undefined) {
    if (precedence === undefined) return;
    this.#cells = new Int32Array(precedence);
    lowerPriority();
  }

  /** One piece of work, in turn with other threads while somebody asks. */
  inTurn<T>(work: () => T): T {
    this.#begin();
    try {
      return work();
    } finally {
      this.#end();
    }
  }

  /** {@link inTurn} for a piece that waits for the disk. */
  async inTurnAsync<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  #begin(): void {
    const cells = this.#cells;
    if (cells === undefined) return;
    const deadline = performance.now() + LONGEST_WAIT_MS;
    while (Atomics.compareExchange(cells, cellOf.turn, NOBODY, threadId) !== NOBODY) {
      const questions = Atomics.load(cells, cellOf.questions);
      if (questions === 0) return;
      if (performance.now() >= deadline) {
        Atomics.store(cells, cellOf.turn, threadId);
        return;
      }
      Atomics.wait(cells, cellOf.questions, questions, LOOK_MS);
    }
  }

  #end(): void {
    if (this.#cells === undefined) return;
    if (Atomics.compareExchange(this.#cells, cellOf.turn, threadId, NOBODY) === threadId) Atomics.notify(this.#cells, cellOf.questions);
  }
}

/** Linux gives each thread a priority of its own, by its id; elsewhere it is one for the process, which also answers. */
function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = /\d+$/.exec(fs.readlinkSync('/proc/thread-self'))?.[0];
    if (thread !== undefined) os.setPriority(Number(thread), os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Without /proc, or where it is forbidden: the turns remain.
  }
}
