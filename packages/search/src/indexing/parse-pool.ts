import { Worker } from 'node:worker_threads';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { workerEnvironment } from '../threads/index.ts';
import type { ParseItem, ParseResult, ParseSettings } from './parse-protocol.ts';

/** In a bundle all entries lie in one folder under their published names. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './parse-worker.ts' : './agent-brain-parse-worker.js', import.meta.url);

/** Source bytes and files in one message to a worker. */
const PORTION_BYTES = 256 * 1024;
const PORTION_FILES = 64;
/** Source bytes a worker has before it, so that it goes on while the writer commits. */
const AHEAD_BYTES = 3 * 1024 * 1024;
/** Source bytes of answers nobody has taken yet, over all workers, at which no more is given out. */
const BEHIND_BYTES = 8 * 1024 * 1024;
/** Until its first file a worker loads its program, which takes long on a machine under load. */
const START_BUDGET_MS = 60_000;
/** A worker that dies so often without having begun any file will not live. */
const MAX_FALSE_STARTS = 3;

export interface PoolOptions {
  settings: Omit<ParseSettings, 'progress'>;
  /** Threads, at least 1. */
  size: number;
  /** Longest time on one file, in milliseconds. */
  fileBudgetMs: number;
  signal: AbortSignal;
  onLostWorker?: (path: string, reason: string) => void;
  /** Which program a worker runs; tests give one that crashes. */
  workerUrl?: URL;
}

interface Slot {
  worker: Worker;
  begun: Int32Array;
  /** Given out and not answered, in the order the worker takes them. */
  waiting: ParseItem[];
  waitingBytes: number;
  /** Items answered in the worker's life. */
  answered: number;
  lastBegun: number;
  lastBegunAtMs: number;
}

/**
 * Parse workers for one run. A file that kills its worker or holds it beyond the budget is answered as
 * `extraction_failed`; the worker is replaced and the files it had before it are given out again.
 *
 * Both queues are bounded: a worker has at most `AHEAD_BYTES` before it, and nothing is given out while
 * `BEHIND_BYTES` of answers wait, so that a slow writer slows the readers instead of filling memory.
 */
export class ParsePool {
  readonly #options: PoolOptions;
  readonly #slots = new Set<Slot>();
  readonly #answers: { results: ParseResult[]; bytes: number }[] = [];
  #answerBytes = 0;
  #queue: ParseItem[] = [];
  #next = 0;
  #falseStarts = 0;
  #failure: unknown;
  #wake: () => void = () => {};

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Answers for each of `items`, in portions, in no particular order between workers.
   * @throws the signal's reason; JOB_FAILED when no worker can be started
   */
  async *parse(items: readonly ParseItem[]): AsyncGenerator<ParseResult[]> {
    this.#queue = [...items];
    this.#next = 0;
    const { signal, fileBudgetMs } = this.#options;
    const onAbort = () => this.#fail(signal.reason);
    signal.addEventListener('abort', onAbort);
    const watchdog = setInterval(() => this.#endSilentWorkers(), Math.min(1_000, fileBudgetMs / 4));
    try {
      signal.throwIfAborted();
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        this.#giveOut();
        const answer = this.#answers.shift();
        if (answer !== undefined) {
          this.#answerBytes -= answer.bytes;
          yield answer.results;
          continue;
        }
        if (this.#isDone()) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      clearInterval(watchdog);
      signal.removeEventListener('abort', onAbort);
      await this.#endAll();
    }
  }

  #isDone(): boolean {
    return this.#next >= this.#queue.length && this.#answers.length === 0 && [...this.#slots].every((slot) => slot.waiting.length === 0);
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#wake();
  }

  #giveOut(): void {
    while (this.#next < this.#queue.length && this.#answerBytes < BEHIND_BYTES) {
      const slot = this.#leastBusy();
      if (slot === undefined) return;
      const portion: ParseItem[] = [];
      let bytes = 0;
      while (this.#next < this.#queue.length && portion.length < PORTION_FILES && bytes < PORTION_BYTES) {
        const item = this.#queue[this.#next++] as ParseItem;
        portion.push(item);
        bytes += item.candidate.sizeBytes;
      }
      if (slot.waiting.length === 0) this.#noteLife(slot);
      slot.waiting.push(...portion);
      slot.waitingBytes += bytes;
      slot.worker.postMessage(portion);
    }
  }

  #leastBusy(): Slot | undefined {
    let best: Slot | undefined;
    for (const slot of this.#slots) if (best === undefined || slot.waitingBytes < best.waitingBytes) best = slot;
    if (best?.waiting.length === 0) return best;
    if (this.#slots.size < this.#options.size) return this.#start();
    return best !== undefined && best.waitingBytes < AHEAD_BYTES ? best : undefined;
  }

  #start(): Slot {
    const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const settings: ParseSettings = { ...this.#options.settings, progress };
    const heapMb = Math.min(4_096, Math.max(512, (settings.maxFileBytes / 1_000_000) * 16));
    const worker = new Worker(this.#options.workerUrl ?? workerUrl, {
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      name: 'agent-brain-parse',
      env: workerEnvironment(),
      stdout: true,
      stderr: true,
    });
    const slot: Slot = {
      worker,
      begun: new Int32Array(progress),
      waiting: [],
      waitingBytes: 0,
      answered: 0,
      lastBegun: 0,
      lastBegunAtMs: performance.now(),
    };
    this.#slots.add(slot);
    // What document readers print about damaged files is nobody's output.
    worker.stdout.resume();
    worker.stderr.resume();
    let reason = 'the thread ended';
    worker.on('message', (results: ParseResult[]) => this.#take(slot, results));
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => this.#replace(slot, reason));
    return slot;
  }

  #take(slot: Slot, results: ParseResult[]): void {
    const items = slot.waiting.splice(0, results.length);
    const bytes = items.reduce((sum, item) => sum + item.candidate.sizeBytes, 0);
    slot.waitingBytes -= bytes;
    slot.answered += items.length;
    this.#falseStarts = 0;
    this.#answer(results, bytes);
  }

  #answer(results: ParseResult[], bytes: number): void {
    this.#answers.push({ results, bytes });
    this.#answerBytes += bytes;
    this.#wake();
  }

  #noteLife(slot: Slot): void {
    slot.lastBegun = Atomics.load(slot.begun, 0);
    slot.lastBegunAtMs = performance.now();
  }

  #endSilentWorkers(): void {
    for (const slot of this.#slots) {
      if (slot.waiting.length === 0) continue;
      const begun = Atomics.load(slot.begun, 0);
      const budgetMs = begun === 0 ? Math.max(START_BUDGET_MS, this.#options.fileBudgetMs) : this.#options.fileBudgetMs;
      if (begun !== slot.lastBegun) this.#noteLife(slot);
      else if (performance.now() - slot.lastBegunAtMs > budgetMs) void slot.worker.terminate();
    }
  }

  /** The thread is gone: its last begun file is to blame, all others it had are given out again. */
  #replace(slot: Slot, reason: string): void {
    if (!this.#slots.delete(slot)) return;
    const culprit = Atomics.load(slot.begun, 0) - slot.answered - 1;
    const blamed = slot.waiting[culprit];
    if (blamed === undefined) {
      this.#falseStarts += 1;
      if (this.#falseStarts >= MAX_FALSE_STARTS) {
        this.#fail(new AgentBrainError('JOB_FAILED', `The threads that read files cannot be started — ${reason}`));
        return;
      }
    } else {
      slot.waiting.splice(culprit, 1);
      this.#options.onLostWorker?.(blamed.candidate.path, reason);
      const { path, sizeBytes, mtimeMs, ctimeMs, ino } = blamed.candidate;
      const skip = { path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs: Date.now(), reason: 'extraction_failed' } as const;
      this.#answer([{ kind: 'skip', skip }], sizeBytes);
    }
    this.#queue.splice(this.#next, 0, ...slot.waiting);
    this.#wake();
  }

  async #endAll(): Promise<void> {
    const slots = [...this.#slots];
    this.#slots.clear();
    await Promise.all(slots.map(({ worker }) => worker.terminate()));
  }
}
