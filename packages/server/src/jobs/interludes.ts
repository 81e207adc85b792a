import { AgentBrainError } from '@agent-brain/contract/errors';
import type { IndexStats, Job } from '@agent-brain/contract/jobs';
import type { IndexProgress } from '@agent-brain/search/engine';
import { isoTime, type JobSubmission, newJob } from './job-record.ts';
import { JobRun, type JobRunOptions } from './job-run.ts';
import type { JobSlotOptions } from './slot-options.ts';

/** From this time on an interlude is a job like others: it has a row, can be followed and cancelled. */
const LISTED_AFTER_MS = 1_000;

/**
 * Work of the instance's own (files changed) that takes the slot of jobs and is none, unless it takes
 * long (docs/design/jobs.md#states).
 */
export interface Interlude {
  /** What its row says, should it get one. */
  readonly submission: JobSubmission;
  perform(run: { signal: AbortSignal; onProgress(progress: IndexProgress): void }): Promise<IndexStats>;
}

export type InterludesOptions = Pick<JobSlotOptions, 'clock' | 'log' | 'timeoutS' | 'projectId' | 'newId' | 'keeper'>;

interface Waiting {
  readonly interlude: Interlude;
  readonly resolve: (stats: IndexStats) => void;
  readonly reject: (error: unknown) => void;
}

/** The interludes of one project. They take turns with jobs: neither waits for more than one of the other. */
export class Interludes {
  readonly #options: InterludesOptions;
  readonly #waiting: Waiting[] = [];
  #wasLast = false;

  constructor(options: InterludesOptions) {
    this.#options = options;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Settles when the slot is free again.
   * @throws what the work throws; JOB_CANCELLED when it was stopped, JOB_TIMEOUT when it took too long, SHUTTING_DOWN
   */
  add(interlude: Interlude): Promise<IndexStats> {
    return new Promise((resolve, reject) => this.#waiting.push({ interlude, resolve, reject }));
  }

  /** Begins the next one, when it is its turn. */
  take(doJobsWait: boolean): JobRun | undefined {
    const isTurn = !(doJobsWait && this.#wasLast);
    const next = isTurn ? this.#waiting.shift() : undefined;
    this.#wasLast = next !== undefined;
    return next && this.#begin(next);
  }

  /** Those that wait will not run any more. */
  refuseAll(error: AgentBrainError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #begin({ interlude, resolve, reject }: Waiting): JobRun {
    const { clock, keeper, log, timeoutS } = this.#options;
    const job = this.#jobOf(interlude);
    let outcome: Parameters<JobRunOptions['onEnd']>[0] = { error: new AgentBrainError('JOB_CANCELLED', `${job.id} was stopped`) };
    const ifListed = (action: () => void): void => void (run.isListed && action());
    const list = (): void => {
      if (run.isReleased || run.isListed) return;
      run.isListed = true;
      keeper.began(job);
    };
    const run: JobRun = new JobRun(job, {
      perform: (_job, around) => interlude.perform(around),
      timeoutS,
      log,
      clock,
      onProgress: () => ifListed(() => keeper.progressed(job)),
      onTimeout: () => {
        list();
        keeper.expired(run);
        outcome = { error: new AgentBrainError('JOB_TIMEOUT', job.error?.message ?? `${job.id} took too long`) };
      },
      onEnd: (end) => {
        if ('stats' in end) ifListed(() => keeper.completed(job, end.stats));
        else ifListed(() => keeper.failed(job, end.error));
        outcome = end;
      },
    });
    run.isListed = false;
    const cancelListing = clock.after(LISTED_AFTER_MS, list);
    const afterwards = async (): Promise<void> => {
      await run.settled;
      cancelListing();
      if ('stats' in outcome) resolve(outcome.stats as IndexStats);
      else reject(outcome.error);
    };
    void afterwards();
    return run;
  }

  #jobOf({ submission }: Interlude): Job {
    const { clock, projectId, newId } = this.#options;
    const nowMs = clock.now();
    const job = newJob(submission, newId(), projectId, nowMs);
    // With a key of its own: whoever wants to index the same folder is not refused.
    return { ...job, status: 'running', started_at: isoTime(nowMs), trigger: 'watch', dedupe_key: `watch:${job.id}` };
  }
}
