import { AgentBrainError } from '@agent-brain/contract/errors';
import { needsProcess } from '../extract/index.ts';
import { DocumentLane } from './document-lane.ts';
import { type PackedResults, unpackResults } from './packed-results.ts';
import type { ParseFeed } from './parse-feed.ts';
import type { ParseItem, ParseSettings } from './parse-protocol.ts';
import type { ParseResult } from './parse-result.ts';
import { ParseSlot } from './parse-slot.ts';
import type { Precedence } from '../threads/index.ts';

/** In a bundle all entries lie in one folder under their published names. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './parse-worker.ts' : './agent-brain-parse-worker.js', import.meta.url);

/** Source bytes and files in one message to a worker; less of a task that comes to its end, so that all workers end at once. */
const PORTION_BYTES = 256 * 1024;
const PORTION_FILES = 64;
const LEAST_PORTION_BYTES = 64 * 1024;
/** What is left is given out in so many portions for each worker. */
const LAST_PORTIONS = 3;
/**
 * Source bytes from which on it is worth having another worker: each compiles for itself all that it runs, which takes as
 * long as the files of a small tree do.
 */
const WORTH_A_WORKER_BYTES = 2 * 1024 * 1024;
/** Source bytes a worker has before it, so that it goes on while the writer commits. */
const AHEAD_BYTES = 3 * 1024 * 1024;
/** Source bytes of answers nobody has taken yet, over all workers, at which no more is given out. */
const BEHIND_BYTES = 8 * 1024 * 1024;
/** A worker that dies so often without having begun any file will not live. */
const MAX_FALSE_STARTS = 3;
/** Time a worker has to come back from the file it is at when its task has ended early. */
const DRAIN_GRACE_MS = 250;
/** Without work for so long, all threads but one are let go. */
const IDLE_MS = 5 * 60_000;

export interface PoolOptions {
  /** Threads, at least 1. */
  size: number;
  /** Longest time on one file, in milliseconds. */
  fileBudgetMs: number;
  idleMs?: number;
  /** Files are read in turn with other work, after questions. */
  precedence?: Precedence | undefined;
  /** Which program a worker runs; tests give one that crashes. */
  workerUrl?: URL;
}

export interface ParseTask {
  settings: ParseSettings;
  items: ParseFeed;
  signal: AbortSignal;
  onLostWorker?: (path: string, reason: string) => void;
}

/** A task that is going on. */
interface Progress {
  task: ParseTask;
  number: number;
  answers: { results: ParseResult[]; bytes: number }[];
  answerBytes: number;
  failure: unknown;
  wake: () => void;
}

/**
 * Parse workers, started when first needed and kept from task to task: a thread takes longer to start than
 * most tasks, and threads that end endanger the process (see `workerEnvironment`), so that one always stays.
 * A file that kills its worker or holds it beyond the budget is answered as `extraction_failed`; the worker
 * is replaced and the files it had before it are given out again. Documents that may unpack to anything go their own
 * way (`DocumentLane`).
 *
 * Both queues are bounded: a worker has at most `AHEAD_BYTES` before it, and nothing is given out while
 * `BEHIND_BYTES` of answers wait, so that a slow writer slows the readers instead of filling memory.
 */
export class ParsePool {
  readonly #options: PoolOptions;
  readonly #slots = new Set<ParseSlot>();
  readonly #documents: DocumentLane;
  #progress: Progress | null = null;
  #lastNumber = 0;
  #falseStarts = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#documents = new DocumentLane({ isBackground: options.precedence !== undefined });
  }

  /** Threads that live. */
  get threads(): number {
    return this.#slots.size;
  }

  /**
   * Answers for each of the items, in portions, in no particular order between workers. One task at a time.
   * @throws the signal's reason; JOB_FAILED when no worker can be started
   */
  async *parse(task: ParseTask): AsyncGenerator<ParseResult[]> {
    if (this.#progress !== null) throw new Error('the pool is at another task');
    task.signal.throwIfAborted();
    clearTimeout(this.#idleTimer);
    const progress: Progress = {
      task,
      number: ++this.#lastNumber,
      answers: [],
      answerBytes: 0,
      failure: undefined,
      wake: () => {},
    };
    this.#progress = progress;
    this.#falseStarts = 0;
    const onAbort = () => this.#fail(task.signal.reason);
    task.signal.addEventListener('abort', onAbort);
    task.items.listen(() => progress.wake());
    this.#documents.begin({
      number: progress.number,
      settings: task.settings,
      onResults: (results, bytes) => this.#answer(progress, results, bytes),
      onFailure: (path, reason) => task.onLostWorker?.(path, reason),
      onIdle: () => progress.wake(),
    });
    const { fileBudgetMs } = this.#options;
    const watchdog = setInterval(() => this.#endSilentWorkers(), Math.min(1_000, fileBudgetMs / 4));
    try {
      yield* this.#answersOf(progress);
    } finally {
      clearInterval(watchdog);
      task.signal.removeEventListener('abort', onAbort);
      this.#progress = null;
      await Promise.all([this.#documents.drain(), ...[...this.#slots].map((slot) => slot.drain(DRAIN_GRACE_MS))]);
      this.#waitIdle();
    }
  }

  /** Starts threads, because a task is to be expected. Not used, all but one go as after a task. @param threads default: all */
  prepare(settings: Pick<ParseSettings, 'maxFileBytes'>, threads = this.#options.size): void {
    if (this.#progress !== null) return;
    const heapMb = heapFor(settings);
    while (this.#slots.size < threads) this.#start(heapMb);
    this.#waitIdle();
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    await Promise.all([this.#documents.close(), ...[...this.#slots].map((slot) => slot.end())]);
  }

  #waitIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.letGo(), this.#options.idleMs ?? IDLE_MS).unref();
  }

  async *#answersOf(progress: Progress): AsyncGenerator<ParseResult[]> {
    for (;;) {
      if (progress.failure !== undefined) throw progress.failure;
      const { items } = progress.task;
      if (items.failure !== null) throw items.failure.reason;
      this.#giveOut(progress);
      const answer = progress.answers.shift();
      if (answer !== undefined) {
        progress.answerBytes -= answer.bytes;
        yield answer.results;
        continue;
      }
      if (items.isAtEnd && this.#documents.isIdle && [...this.#slots].every((slot) => slot.isIdle)) return;
      await new Promise<void>((resolve) => (progress.wake = resolve));
    }
  }

  #fail(reason: unknown): void {
    if (this.#progress === null) return;
    this.#progress.failure ??= reason;
    this.#progress.wake();
  }

  #giveOut(progress: Progress): void {
    const { number, task } = progress;
    while (progress.answerBytes < BEHIND_BYTES && this.#hasNextFile(task.items)) {
      const slot = this.#leastBusy(heapFor(task.settings), task.items.bytesLeft >= WORTH_A_WORKER_BYTES);
      if (slot === undefined) return;
      const share = task.items.bytesLeft / (this.#options.size * LAST_PORTIONS);
      const portionBytes = Math.max(LEAST_PORTION_BYTES, Math.min(PORTION_BYTES, share));
      const items: ParseItem[] = [];
      let bytes = 0;
      while (items.length < PORTION_FILES && bytes < portionBytes) {
        if (!this.#hasNextFile(task.items)) break;
        const item = task.items.take() as ParseItem;
        items.push(item);
        bytes += item.candidate.sizeBytes;
      }
      slot.give({ task: number, settings: task.settings, items }, bytes);
    }
  }

  /** Hands documents on to their lane. @returns whether a file for a worker comes next */
  #hasNextFile(feed: ParseFeed): boolean {
    for (let item = feed.peek(); item !== undefined; item = feed.peek()) {
      if (!needsProcess(item.candidate)) return true;
      feed.take();
      this.#documents.add(item);
    }
    return false;
  }

  /** @param isMuch one that has not worked yet may be taken beside one that has */
  #leastBusy(heapMb: number, isMuch: boolean): ParseSlot | undefined {
    let best: ParseSlot | undefined;
    let fresh: ParseSlot | undefined;
    for (const slot of this.#slots) {
      if (slot.heapMb < heapMb) {
        // Started for smaller files than are allowed now; it has nothing before it.
        this.#slots.delete(slot);
        void slot.end();
      } else if (!slot.hasWorked) fresh ??= slot;
      else if (best === undefined || slot.waitingBytes < best.waitingBytes) best = slot;
    }
    if (best?.isIdle === true) return best;
    if (best === undefined || isMuch) {
      if (fresh !== undefined) return fresh;
      if (this.#slots.size < this.#options.size) return this.#start(heapMb);
    }
    return best !== undefined && best.waitingBytes < AHEAD_BYTES ? best : undefined;
  }

  #start(heapMb: number): ParseSlot {
    const slot = new ParseSlot(
      this.#options.workerUrl ?? workerUrl,
      { heapMb, precedence: this.#options.precedence },
      {
        onResults: (from, number, results) => this.#take(from, number, results),
        onEnd: (gone, reason) => this.#replace(gone, reason),
      },
    );
    this.#slots.add(slot);
    return slot;
  }

  #take(slot: ParseSlot, number: number, packed: PackedResults): void {
    if (this.#progress?.number !== number) return;
    const results = unpackResults(packed);
    const bytes = slot.takeAnswered(results.length);
    this.#falseStarts = 0;
    this.#answer(this.#progress, results, bytes);
  }

  #answer(progress: Progress, results: ParseResult[], bytes: number): void {
    progress.answers.push({ results, bytes });
    progress.answerBytes += bytes;
    progress.wake();
  }

  #endSilentWorkers(): void {
    for (const slot of this.#slots) slot.endIfSilent(this.#options.fileBudgetMs);
  }

  /** The thread is gone: its last begun file is to blame, all others it had are given out again. */
  #replace(slot: ParseSlot, reason: string): void {
    const progress = this.#progress;
    if (!this.#slots.delete(slot) || progress === null) return;
    if (slot.isIdle) return progress.wake();
    const blamed = slot.takeCulprit();
    if (blamed === undefined) {
      this.#falseStarts += 1;
      if (this.#falseStarts >= MAX_FALSE_STARTS) {
        this.#fail(new AgentBrainError('JOB_FAILED', `The threads that read files cannot be started — ${reason}`));
        return;
      }
    } else {
      progress.task.onLostWorker?.(blamed.candidate.path, reason);
      const { path, sizeBytes, mtimeMs, ctimeMs, ino } = blamed.candidate;
      const skip = { path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs: Date.now(), reason: 'extraction_failed' } as const;
      this.#answer(progress, [{ kind: 'skip', skip }], sizeBytes);
    }
    progress.task.items.putBack(slot.waiting);
    progress.wake();
  }

  /** Gives back the memory of all threads but one; between two tasks. */
  letGo(): void {
    for (const slot of [...this.#slots].slice(1)) {
      this.#slots.delete(slot);
      void slot.end();
    }
  }
}

/** MiB. Document readers take a multiple of the file's size. */
const heapFor = ({ maxFileBytes }: Pick<ParseSettings, 'maxFileBytes'>): number =>
  Math.min(4_096, Math.max(512, (maxFileBytes / 1_000_000) * 16));
