import { Worker } from 'node:worker_threads';
import { nurseryMb, type Precedence, workerEnvironment } from '../threads/index.ts';
import type { PackedResults } from './packed-results.ts';
import { type ParseAnswer, type ParseItem, type ParseOrder, type ParseWorkerData, progressOf } from './parse-protocol.ts';

/** Until its first file a worker loads its program, which takes long on a machine under load. */
const START_BUDGET_MS = 60_000;

export interface SlotListeners {
  onResults(slot: ParseSlot, task: number, results: PackedResults): void;
  /** The thread is gone, by itself or because it was ended. */
  onEnd(slot: ParseSlot, reason: string): void;
}

/** One parse worker, and what it has before it. */
export class ParseSlot {
  /** Given out and not answered, in the order the worker takes them. */
  waiting: ParseItem[] = [];
  waitingBytes = 0;
  readonly heapMb: number;
  readonly #worker: Worker;
  readonly #cells: Int32Array;
  /** Items answered, or dropped, in the worker's life. */
  #answered = 0;
  #hasWorked = false;
  #lastBegun = 0;
  #lastBegunAtMs = performance.now();
  #onPong: () => void = () => {};

  constructor(program: URL, { heapMb, precedence }: { heapMb: number; precedence?: Precedence | undefined }, listeners: SlotListeners) {
    const progress = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    this.heapMb = heapMb;
    this.#cells = new Int32Array(progress);
    this.#worker = new Worker(program, {
      workerData: { progress, precedence } satisfies ParseWorkerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: nurseryMb },
      name: 'agent-brain-parse',
      env: workerEnvironment(),
      stdout: true,
      stderr: true,
    });
    // What document readers print about damaged files is nobody's output.
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    let reason = 'the thread ended';
    this.#worker.on('message', (answer: ParseAnswer) => {
      if (answer === 'pong') this.#onPong();
      else listeners.onResults(this, answer.task, answer.results);
    });
    this.#worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    this.#worker.on('exit', () => {
      this.#onPong();
      listeners.onEnd(this, reason);
    });
  }

  /** Whether it was ever given anything. */
  get hasWorked(): boolean {
    return this.#hasWorked;
  }

  get isIdle(): boolean {
    return this.waiting.length === 0;
  }

  give(order: Exclude<ParseOrder, 'ping'>, bytes: number): void {
    if (this.isIdle) this.#noteLife();
    this.#hasWorked = true;
    Atomics.store(this.#cells, progressOf.task, order.task);
    this.waiting.push(...order.items);
    this.waitingBytes += bytes;
    this.#post(order);
  }

  /** Takes the first `count` items for answered. @returns their source bytes */
  takeAnswered(count: number): number {
    const bytes = this.waiting.splice(0, count).reduce((sum, { candidate }) => sum + candidate.sizeBytes, 0);
    this.waitingBytes -= bytes;
    this.#answered += count;
    return bytes;
  }

  /** The item a thread that is gone was at; undefined when it had begun none. Taken out of `waiting`. */
  takeCulprit(): ParseItem | undefined {
    const at = Atomics.load(this.#cells, progressOf.begun) - this.#answered - 1;
    return at < 0 ? undefined : this.waiting.splice(at, 1)[0];
  }

  /** Ends the thread when it has been longer at one file than allowed. */
  endIfSilent(fileBudgetMs: number): void {
    if (this.isIdle) return;
    const begun = Atomics.load(this.#cells, progressOf.begun);
    const budgetMs = begun === 0 ? Math.max(START_BUDGET_MS, fileBudgetMs) : fileBudgetMs;
    if (begun !== this.#lastBegun) this.#noteLife();
    else if (performance.now() - this.#lastBegunAtMs > budgetMs) void this.end();
  }

  /** Drops what is before the worker; one that does not come back from a file in time is ended. */
  async drain(graceMs: number): Promise<void> {
    if (this.isIdle) return;
    Atomics.store(this.#cells, progressOf.task, 0);
    const isDone = new Promise<void>((resolve) => (this.#onPong = resolve));
    this.#post('ping');
    const grace = setTimeout(() => void this.end(), graceMs);
    await isDone;
    clearTimeout(grace);
    this.waiting = [];
    this.waitingBytes = 0;
    this.#answered = Atomics.load(this.#cells, progressOf.begun);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #noteLife(): void {
    this.#lastBegun = Atomics.load(this.#cells, progressOf.begun);
    this.#lastBegunAtMs = performance.now();
  }

  #post(order: ParseOrder): void {
    this.#worker.postMessage(order);
  }
}
