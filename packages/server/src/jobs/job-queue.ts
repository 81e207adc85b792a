import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import type { IndexStats, Job, JobList, JobStatus } from '@agent-brain/contract/jobs';
import { withLogContext } from '@agent-brain/runtime/log';
import type { IndexProgress } from '@agent-brain/search/engine';
import { type Clock, systemClock } from '../clock/index.ts';
import { JobHistory } from './job-history.ts';
import {
  applyProgress,
  durationMs,
  dedupeKey,
  etaSeconds,
  isoTime,
  type JobSubmission,
  newJob,
  newJobId,
  type TerminalStatus,
  withFewSkipExamples,
} from './job-record.ts';
import type { JobSlot } from './job-slot.ts';
import type { JobFilter, JobQueueOptions, QueueStats } from './queue-options.ts';
import { jobDuplicate, jobFinished, jobRunning, jobUnknown, queueClosed, queueFull } from './queue-errors.ts';
import { renderDuration } from './render-duration.ts';

/*
 * The jobs of one project: first in, first out, one at a time.
 *
 *   queued ──start──► running ──► completed | failed | cancelled        (terminal: never changes)
 *      └──cancel──► cancelled          └──close──► queued
 *
 * Admission (duplicates, capacity, append) has no await in it: two requests can never both pass.
 * A job that was cancelled or timed out is terminal at once, but its work may need a moment to
 * yield; until then it keeps the slot, so that two works never run side by side. Worst outcome of a
 * work that never yields: later jobs wait, and the log says for which.
 *
 * This queue lives in memory: what has not ended when the process stops must be submitted again.
 */

/** A forced cancel answers within this time (contract: jobs, "HTTP"). */
const FORCED_CANCEL_MS = 2_000;
/** After this time a work that does not yield is worth a line in the log. */
const YIELD_MS = 5_000;

export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #clock: Clock;
  readonly #history = new JobHistory();
  /** Callers of `ended`, by job id. */
  readonly #waiting = new Map<string, ((job: Job) => void)[]>();
  #queued: Job[] = [];
  #slot: JobSlot | undefined;
  #closing = false;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Admits a job or says why not. The folder was checked before (`checkFolder`).
   *
   * @returns its place in the queue (1 is next) and the queue's length with it
   * @throws SHUTTING_DOWN; JOB_DUPLICATE with `{job_id, status, options_differ}`; QUEUE_FULL with a retry time
   */
  submit(submission: JobSubmission): { job: Job; position: number; length: number } {
    if (this.#closing) throw queueClosed();
    const key = dedupeKey(submission);
    const existing = this.#unfinished().find((other) => other.dedupe_key === key);
    if (existing !== undefined) throw jobDuplicate(existing, submission);
    const { maxQueued } = this.#options;
    if (this.#queued.length >= maxQueued) throw queueFull(this.#queued.length, maxQueued, this.#eta());
    const job = newJob(submission, (this.#options.newId ?? newJobId)(), this.#options.projectId, this.#clock.now());
    this.#queued.push(job);
    this.#options.log.info({ job_id: job.id, operation: job.operation, folder: job.folder_path }, 'job queued');
    this.#options.onActivity?.();
    const length = this.#queued.length;
    setImmediate(() => this.#startNext());
    return { job: this.#view(job), position: length, length };
  }

  /** @throws JOB_UNKNOWN */
  get(id: string): Job {
    return this.#view(this.#find(id));
  }

  /** The job when it is terminal; never, when it is put back by a stop. @throws JOB_UNKNOWN */
  async ended(id: string): Promise<Job> {
    const job = this.#find(id);
    if (job.completed_at === null) {
      await new Promise((resolve) => this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]));
    }
    return this.#view(job);
  }

  /** Running first, then queue order, then ended ones newest first; with a few examples of skipped files each. */
  list(filter: JobFilter): JobList {
    const all = [...this.#unfinished(), ...this.#history.newestFirst(this.#clock.now())];
    const count = (status: JobStatus): number => all.reduce((sum, job) => sum + Number(job.status === status), 0);
    const matching = filter.status === undefined ? all : all.filter((job) => job.status === filter.status);
    return {
      jobs: matching
        .slice(filter.offset, filter.offset + filter.limit)
        .map((job) => ({ ...this.#view(job), stats: withFewSkipExamples(job.stats) })),
      total: matching.length,
      queued_count: count('queued'),
      running_count: count('running'),
      completed_count: count('completed'),
      failed_count: count('failed'),
      cancelled_count: count('cancelled'),
    };
  }

  stats(): QueueStats {
    const running = this.#running;
    return { runningJobId: running?.id ?? null, progressPercent: running?.progress_percent ?? null, queued: this.#queued.length };
  }

  /** Whether anything waits, runs, or still yields. */
  get busy(): boolean {
    return this.#slot !== undefined || this.#queued.length > 0;
  }

  /**
   * Cancels a waiting job at once; a running one only with `force`, then waits up to 2 s until its
   * work has yielded. What the work has committed stays in the index.
   *
   * @throws JOB_UNKNOWN, JOB_RUNNING, JOB_FINISHED
   */
  async cancel(id: string, options: { force?: boolean | undefined } = {}): Promise<Job> {
    const job = this.#find(id);
    if (job.status === 'queued') {
      this.#queued = this.#queued.filter((other) => other !== job);
      this.#end(job, 'cancelled');
    } else if (job.status === 'running') {
      if (options.force !== true) throw jobRunning(job);
      await this.#release(this.#slot as JobSlot, () => this.#end(job, 'cancelled'), FORCED_CANCEL_MS);
    } else {
      throw jobFinished(job);
    }
    return this.#view(job);
  }

  /**
   * Takes no more jobs, puts the running one back and waits until its work has yielded.
   *
   * @param graceMs longest wait
   * @returns the jobs that have not ended; with this queue they are lost with the process
   */
  async close(graceMs: number): Promise<Job[]> {
    this.#closing = true;
    const slot = this.#slot;
    if (slot !== undefined) await this.#release(slot, () => this.#putBack(slot.job), graceMs);
    if (this.#queued.length > 0) {
      this.#options.log.warn(
        { jobs: this.#queued.map((job) => ({ job_id: job.id, operation: job.operation, folder: job.folder_path })) },
        `${this.#queued.length} unfinished jobs end with this process, because the queue is kept in memory; submit them again after the next start`,
      );
    }
    return this.#queued.map((job) => this.#view(job));
  }

  get #running(): Job | undefined {
    return this.#slot?.released === false ? this.#slot.job : undefined;
  }

  #unfinished(): Job[] {
    const running = this.#running;
    return running === undefined ? this.#queued : [running, ...this.#queued];
  }

  #eta(): number | undefined {
    return this.#slot && etaSeconds(this.#slot.job, this.#slot.indexingSinceMs, this.#clock.now());
  }

  #find(id: string): Job {
    const job = this.#unfinished().find((unfinished) => unfinished.id === id) ?? this.#history.get(id);
    if (job === undefined) throw jobUnknown(id);
    return job;
  }

  #startNext(): void {
    if (this.#slot !== undefined || this.#closing) return;
    const job = this.#queued.shift();
    if (job === undefined) return;
    job.status = 'running';
    job.started_at = isoTime(this.#clock.now());
    const slot: JobSlot = {
      job,
      controller: new AbortController(),
      cancelTimeout: this.#clock.after(this.#options.timeoutS * 1000, () => this.#expire(slot)),
      settled: Promise.resolve(),
      released: false,
    };
    this.#slot = slot;
    this.#options.onActivity?.();
    // Its lines belong to the job, not to the request or the job before it that happened to start it.
    slot.settled = withLogContext({ request_id: undefined, job_id: job.id }, () => this.#work(slot));
  }

  async #work(slot: JobSlot): Promise<void> {
    const { job } = slot;
    this.#options.log.info({ job_id: job.id }, 'job started');
    try {
      const stats = await this.#options.perform(job, {
        signal: slot.controller.signal,
        onProgress: (progress) => this.#progress(slot, progress),
      });
      if (!slot.released) this.#complete(job, stats);
    } catch (error) {
      if (!slot.released) this.#fail(job, error);
    }
    slot.cancelTimeout();
    this.#slot = undefined;
    this.#startNext();
  }

  #progress(slot: JobSlot, progress: IndexProgress): void {
    if (slot.released) return;
    if (progress.phase === 'indexing') slot.indexingSinceMs ??= this.#clock.now();
    applyProgress(slot.job, progress, this.#clock.now());
  }

  #complete(job: Job, stats: IndexStats | null): void {
    job.stats = stats;
    job.progress_percent = 100;
    this.#end(job, 'completed');
  }

  #fail(job: Job, error: unknown): void {
    const known = isAgentBrainError(error)
      ? error
      : new AgentBrainError('JOB_FAILED', `${job.id} ended with an unexpected error`, { cause: error });
    job.error = { code: known.code, message: known.message };
    this.#options.log.error({ job_id: job.id, err: error }, 'job failed');
    this.#end(job, known.code === 'JOB_CANCELLED' ? 'cancelled' : 'failed');
  }

  #expire(slot: JobSlot): void {
    if (slot.released) return;
    this.#abort(slot, () => {
      slot.job.error = { code: 'JOB_TIMEOUT', message: `Job timed out after ${renderDuration(this.#options.timeoutS)}` };
      this.#end(slot.job, 'failed');
    });
  }

  /** Decides the job's state now, then asks its work to yield and waits for that up to `waitMs`. */
  async #release(slot: JobSlot, decide: () => void, waitMs: number): Promise<void> {
    if (!slot.released) this.#abort(slot, decide);
    let cancelWait = (): void => {};
    const waited = new Promise<void>((resolve) => (cancelWait = this.#clock.after(waitMs, resolve)));
    await Promise.race([slot.settled, waited]);
    cancelWait();
  }

  #abort(slot: JobSlot, decide: () => void): void {
    slot.released = true;
    slot.cancelTimeout();
    decide();
    const cancelComplaint = this.#clock.after(YIELD_MS, () =>
      this.#options.log.error({ job_id: slot.job.id }, 'the work of this job does not yield; later jobs wait for it'),
    );
    void slot.settled.then(cancelComplaint);
    slot.controller.abort(new AgentBrainError('JOB_CANCELLED', `${slot.job.id} was stopped`));
  }

  #end(job: Job, status: TerminalStatus): void {
    job.status = status;
    job.completed_at = isoTime(this.#clock.now());
    this.#history.add(job, this.#clock.now());
    this.#options.log.info({ job_id: job.id, status, error: job.error, duration_ms: durationMs(job) }, 'job ended');
    this.#options.onActivity?.();
    for (const resolve of this.#waiting.get(job.id) ?? []) resolve(job);
    this.#waiting.delete(job.id);
  }

  #putBack(job: Job): void {
    job.status = 'queued';
    job.started_at = null;
    this.#queued.unshift(job);
  }

  /** A copy that later progress does not change, with what is computed instead of stored. */
  #view(job: Job): Job {
    const view: Job = { ...job };
    if (job.status === 'queued') view.queue_position = this.#queued.indexOf(job) + 1;
    if (job.status === 'running') {
      const eta = this.#eta();
      if (eta !== undefined) view.eta_s = eta;
    }
    return view;
  }
}
