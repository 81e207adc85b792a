import { asAgentBrainError } from '@agent-brain/contract/errors';
import type { IndexStats } from '@agent-brain/contract/jobs';
import type { IndexProgress } from '@agent-brain/search/engine';
import type { Clock } from '../clock/index.ts';
import { Changes } from './changes.ts';
import { QuietTime } from './quiet-time.ts';

export interface Batch {
  /** Absolute. A directory: all beneath it is compared. */
  readonly paths: readonly string[];
  /** Those of them that are compared although nothing in them is known to have changed. */
  readonly comparisons: readonly string[];
}

export interface BatchesOptions {
  readonly clock: Clock;
  /** @throws what the engine and the queue throw */
  readonly run: (batch: Batch, onProgress: (progress: IndexProgress) => void) => Promise<IndexStats>;
  readonly isHeld: () => Promise<boolean>;
  /** Grows with each commit. */
  readonly generation: () => number;
  readonly log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** After a batch was taken over; with the directories that were compared. */
  readonly onDone: (compared: readonly string[], stats: IndexStats) => void;
}

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 300_000;
/** Runs in a row that took too long and came on by nothing. */
const MAX_IDLE_TIMEOUTS = 3;
/** The instance stops, or somebody has stopped this batch: nothing is wrong, and nobody wants it again at once. */
const notTriedAgain: ReadonlySet<string> = new Set(['SHUTTING_DOWN', 'INDEX_CLOSED', 'JOB_CANCELLED']);

/** Gathers changes into batches and takes them over, one after another; what fails is tried again later and later. */
export class Batches {
  readonly changes = new Changes();
  readonly #options: BatchesOptions;
  readonly #quiet: QuietTime;
  #batches = 0;
  #filesUpdated = 0;
  #lastUpdateMs: number | undefined;
  #failure: string | undefined;
  #retryMs = FIRST_RETRY_MS;
  /** When the first change came that waits. */
  #eventMs: number | undefined;
  #cancelRetry = (): void => {};
  /** The running batch says itself how many files it has still to do. */
  #isCounted = false;
  #idleTimeouts = 0;
  #lastGeneration = -1;
  #isGivenUp = false;
  #isRetryDue = false;
  #isClosed = false;

  constructor(options: BatchesOptions) {
    this.#options = options;
    this.#quiet = new QuietTime({
      clock: options.clock,
      count: () => this.changes.waiting,
      isHeld: options.isHeld,
      onQuiet: () => this.#begin(),
    });
  }

  /** Changes are known to come. */
  expect(): void {
    this.changes.expect();
    this.touch();
  }

  /** Something has failed and waits for its next try, or is not tried any more: nobody else need try either. */
  get isHeldBack(): boolean {
    return this.#isGivenUp || this.#isRetryDue;
  }

  /** Somebody has brought the folders up to date by other means: what has failed is worth another try. */
  tryAgain(): void {
    this.#idleTimeouts = 0;
    this.#isGivenUp = false;
    this.#retryMs = FIRST_RETRY_MS;
    if (this.changes.hasFailed) this.#retryNow();
  }

  /** Changes were added. */
  touch(): void {
    if (this.#isClosed) return;
    this.#eventMs ??= this.#options.clock.now();
    this.#quiet.touch();
  }

  close(): void {
    this.#isClosed = true;
    this.#quiet.stop();
    this.#cancelRetry();
  }

  /** Files known to be newer than the index; `running` counts those that a running job has still to do. */
  pendingFiles(running: number): number {
    return running + this.changes.pending(this.#isCounted);
  }

  get report(): { batches: number; filesUpdated: number; lastUpdateMs: number | undefined; failure: string | undefined } {
    return { batches: this.#batches, filesUpdated: this.#filesUpdated, lastUpdateMs: this.#lastUpdateMs, failure: this.#failure };
  }

  #begin(): void {
    if (this.#isClosed || this.changes.isRunning) return;
    if (!this.changes.isAnyWaiting) {
      // What was expected did not come: git has ended without changing a file.
      this.changes.expectNothing();
      return;
    }
    const batch = this.changes.take();
    const eventMs = this.#eventMs ?? this.#options.clock.now();
    this.#eventMs = undefined;
    this.#isCounted = false;
    const onProgress = ({ phase }: IndexProgress): void => void (this.#isCounted = phase !== 'walking');
    void this.#take({ ...batch, eventMs }, onProgress);
  }

  async #take(batch: Batch & { eventMs: number }, onProgress: (progress: IndexProgress) => void): Promise<void> {
    try {
      this.#succeed(await this.#options.run(batch, onProgress), batch);
    } catch (error) {
      this.#fail(error);
    }
    if (this.changes.isAnyWaiting) this.touch();
  }

  #succeed(stats: IndexStats, { paths, comparisons, eventMs }: Batch & { eventMs: number }): void {
    const updated = stats.added + stats.changed + stats.removed;
    this.changes.done();
    this.#batches += 1;
    this.#filesUpdated += updated;
    if (updated > 0) this.#lastUpdateMs = this.#options.clock.now();
    if (!this.#isGivenUp) {
      this.#failure = undefined;
      this.#retryMs = FIRST_RETRY_MS;
      this.#idleTimeouts = 0;
    }
    const facts = {
      updated,
      paths: paths.length,
      duration_ms: stats.duration_ms.total,
      since_event_ms: this.#options.clock.now() - eventMs,
    };
    this.#options.log.debug(facts, 'changed files were taken over');
    this.#options.onDone(comparisons, stats);
    if (this.changes.hasFailed && !this.#isGivenUp) this.#retryNow();
  }

  #fail(thrown: unknown): void {
    this.changes.fail();
    const error = asAgentBrainError(thrown);
    if (this.#isClosed || notTriedAgain.has(error.code)) return;
    this.#failure = error.message;
    this.#cancelRetry();
    if (error.code === 'JOB_TIMEOUT' && this.#isHopeless()) {
      this.#isGivenUp = true;
      this.#failure = `${error.message}, ${MAX_IDLE_TIMEOUTS} times in a row, and nothing was indexed; it is not tried again before an \`agent-brain index\` has completed. A larger queue.timeout_s gives it more time`;
      this.#options.log.warn({ err: thrown }, 'changed files are not taken over any more: it took too long again and again');
      return;
    }
    this.#options.log.warn({ err: thrown, retry_ms: this.#retryMs }, 'changed files could not be taken over');
    this.#isRetryDue = true;
    this.#cancelRetry = this.#options.clock.after(this.#retryMs, () => this.#retryNow());
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }

  /** A run that took too long has kept what it had committed, so that the next one begins further on. */
  #isHopeless(): boolean {
    const generation = this.#options.generation();
    this.#idleTimeouts = generation === this.#lastGeneration || this.#lastGeneration < 0 ? this.#idleTimeouts + 1 : 1;
    this.#lastGeneration = generation;
    return this.#idleTimeouts >= MAX_IDLE_TIMEOUTS;
  }

  #retryNow(): void {
    this.#cancelRetry();
    this.#isRetryDue = false;
    this.changes.retry();
    this.touch();
  }
}
