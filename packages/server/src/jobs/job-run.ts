import { AgentBrainError } from '@agent-brain/contract/errors';
import type { IndexStats, Job } from '@agent-brain/contract/jobs';
import { withLogContext } from '@agent-brain/runtime/log';
import type { Clock } from '../clock/index.ts';
import { applyProgress, applyRetry, etaSeconds } from './job-record.ts';
import type { JobLog, PerformJob } from './queue-options.ts';
import { retryTransient } from './retry-transient.ts';

export interface JobRunOptions {
  readonly perform: PerformJob;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly timeoutS: number;
  /** The job's record was changed. */
  readonly onProgress: () => void;
  readonly onTimeout: () => void;
  /** The work has ended by itself; not called after a release. */
  readonly onEnd: (end: { stats: IndexStats | null } | { error: unknown }) => void;
}

/** After this time a work that does not yield is worth a line in the log. The engine ends its threads before that. */
const YIELD_MS = 5_000;

/**
 * The work of one job from its start until it has yielded. A job that is released (cancelled, timed
 * out, put back) is decided at once, while its work may need a moment.
 */
export class JobRun {
  readonly job: Job;
  /** Ends when the work has yielded; never rejects. */
  readonly settled: Promise<void>;
  /** Whether the job is one for others; an interlude is none at first. */
  isListed = true;
  readonly #options: JobRunOptions;
  readonly #controller = new AbortController();
  readonly #cancelTimeout: () => void;
  /** When the files began to be indexed, for estimates. */
  #indexingSinceMs: number | undefined;
  #isReleased = false;

  constructor(job: Job, options: JobRunOptions) {
    this.job = job;
    this.#options = options;
    this.#cancelTimeout = options.clock.after(options.timeoutS * 1000, () => void (this.#isReleased || options.onTimeout()));
    // Its lines belong to the job, not to the request or the job before it that happened to start it.
    this.settled = withLogContext({ request_id: undefined, job_id: job.id }, () => this.#work());
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** Seconds until its files are done, when that can be told. */
  etaS(): number | undefined {
    return etaSeconds(this.job, this.#indexingSinceMs, this.#options.clock.now());
  }

  /** Files it has found to be indexed and has not done yet. */
  get filesRemaining(): number {
    const { phase, files_done: done, files_total: total } = this.job.progress;
    return phase === 'indexing' ? Math.max(0, total - done) : 0;
  }

  /** Asks the work to yield; its outcome counts no more. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#cancelTimeout();
    const { clock, log } = this.#options;
    const complain = (): void => log.error({ job_id: this.job.id }, 'the work of this job does not yield; later jobs wait for it');
    void this.settled.then(clock.after(YIELD_MS, complain));
    this.#controller.abort(new AgentBrainError('JOB_CANCELLED', `${this.job.id} was stopped`));
  }

  /** Waits until the work has yielded, and no longer than `waitMs`. */
  async yielded(waitMs: number): Promise<void> {
    const time = Promise.withResolvers<void>();
    const cancelWait = this.#options.clock.after(waitMs, time.resolve);
    await Promise.race([this.settled, time.promise]);
    cancelWait();
  }

  async #work(): Promise<void> {
    const { perform, clock, log, onEnd, onProgress } = this.#options;
    const { signal } = this.#controller;
    try {
      const stats = await retryTransient(
        () =>
          perform(this.job, {
            signal,
            onProgress: (progress) =>
              this.#change(() => {
                if (progress.phase === 'indexing') this.#indexingSinceMs ??= clock.now();
                applyProgress(this.job, progress, clock.now());
                onProgress();
              }),
          }),
        {
          clock,
          signal,
          onRetry: (retry) =>
            this.#change(() => {
              if (retry?.attempt === 1) log.warn({ code: retry.error.code }, retry.error.message);
              applyRetry(this.job, retry, clock.now());
              onProgress();
            }),
        },
      );
      this.#change(() => onEnd({ stats }));
    } catch (error) {
      this.#change(() => onEnd({ error }));
    }
    this.#cancelTimeout();
  }

  #change(action: () => void): void {
    if (!this.#isReleased) action();
  }
}
