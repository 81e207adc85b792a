import type { IndexStats, Job, JobList } from '@agent-brain/contract/jobs';
import { type Clock, systemClock } from '../clock/index.ts';
import { noProgress } from '../job-store/index.ts';
import { JobFeed } from './job-feed.ts';
import { JobHistory } from './job-history.ts';
import { pageOf } from './job-page.ts';
import {
  dedupeKey,
  durationMs,
  isoTime,
  type JobSubmission,
  newJob,
  newJobId,
  type TerminalStatus,
  withFewSkipExamples,
} from './job-record.ts';
import type { Interlude } from './interludes.ts';
import type { JobRun } from './job-run.ts';
import { JobSlot } from './job-slot.ts';
import { asJobError, jobDuplicate, jobFinished, jobRunning, jobUnknown, queueClosed, queueFull } from './queue-errors.ts';
import type { Admission, JobFilter, JobQueueOptions, QueueStats } from './queue-options.ts';
import { renderDuration } from './render-duration.ts';

/*
 * The jobs of one project: first in, first out, one at a time.
 *
 *   queued ──start──► running ──► completed | failed | cancelled        (terminal: never changes)
 *      │                 └──close (a stop), recover (after a crash)──► queued
 *      └──cancel, replace──► cancelled
 *
 * Admission (duplicates, capacity, append) has no await in it: two requests can never both pass. The
 * memory decides and the store follows, so that a disk that refuses delays nobody and loses nothing
 * while the process lives. A job may start before its admission is on disk; a crash between the two
 * ends both, and the caller has not been answered yet.
 *
 * A job that was cancelled or timed out is terminal at once, but its work may need a moment to
 * yield; until then it keeps the slot, so that two works never run side by side. Worst outcome of a
 * work that never yields: later jobs wait, and the log says for which.
 */

/** A forced cancel answers within this time (docs/design/jobs.md#http). */
const FORCED_CANCEL_MS = 2_000;

export class JobQueue {
  /** What happens to the jobs, for those who follow. */
  readonly feed = new JobFeed();
  readonly #options: JobQueueOptions;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #history: JobHistory;
  readonly #slot: JobSlot;
  #queued: Job[] = [];
  #state: 'paused' | 'started' | 'closing' = 'paused';

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#newId = options.newId ?? newJobId;
    this.#clock = options.clock ?? systemClock;
    this.#history = new JobHistory(options.store);
    this.#slot = new JobSlot({
      ...options,
      newId: this.#newId,
      clock: this.#clock,
      queued: () => this.#queued,
      keeper: {
        began: (job) => this.#begin(job),
        progressed: (job) => {
          options.store.saveProgress(job);
          this.feed.publish(this.#brief(job));
        },
        completed: (job, stats) => void this.#end(Object.assign(job, { stats, progress_percent: 100 }), 'completed'),
        failed: (job, error) => this.#fail(job, error),
        expired: (run) => this.#expire(run),
      },
    });
  }

  /**
   * Takes over what an earlier process left; nothing runs yet.
   * @throws what opening the store throws
   */
  async recover(): Promise<void> {
    const { ended, unfinished } = await this.#options.store.open();
    for (const job of ended) this.#history.add(job, this.#clock.now());
    this.#queued = [...unfinished, ...this.#queued];
    const jobs = unfinished.map(({ id }) => id);
    if (jobs.length > 0) this.#options.log.info({ jobs }, 'jobs of an earlier process go on');
  }

  /** Begins to run jobs. */
  start(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'started';
    this.#slot.open();
  }

  /**
   * Admits a job or says why not. The folder was checked before (`checkFolder`).
   *
   * @param options.replace a waiting job of the same folder is cancelled, and the new one queued behind all others
   * @throws SHUTTING_DOWN; JOB_DUPLICATE with `{job_id, status, options_differ}`; QUEUE_FULL with a retry time
   */
  submit(submission: JobSubmission, { replace = false }: { replace?: boolean | undefined } = {}): Admission {
    if (this.#state === 'closing') throw queueClosed();
    const key = dedupeKey(submission);
    const existing = this.#unfinished().find((other) => other.dedupe_key === key);
    const isReplaced = replace && existing?.status === 'queued';
    if (existing !== undefined && !isReplaced) throw jobDuplicate(existing, submission);
    const { maxQueued, projectId, log } = this.#options;
    const waiting = this.#queued.length - Number(isReplaced);
    if (waiting >= maxQueued) throw queueFull(waiting, maxQueued, this.#slot.run?.etaS());
    const job = newJob(submission, this.#newId(), projectId, this.#clock.now());
    if (existing !== undefined) {
      existing.error = { code: 'JOB_SUPERSEDED', message: `${job.id} took the place of this job` };
      void this.#remove(existing);
    }
    this.#queued.push(job);
    log.info({ job_id: job.id, operation: job.operation, folder: job.folder_path }, 'job queued');
    this.#options.onActivity?.();
    const persisted = this.#save(job);
    const length = this.#queued.length;
    setImmediate(() => this.#slot.fill());
    return { job: this.#view(job), position: length, length, persisted, ...(existing === undefined ? {} : { replacedId: existing.id }) };
  }

  /**
   * Runs the instance's own work in the slot of jobs, in turn with them.
   * @throws what the work throws; JOB_CANCELLED, JOB_TIMEOUT, SHUTTING_DOWN
   */
  interlude(work: Interlude): Promise<IndexStats> {
    if (this.#state === 'closing') return Promise.reject(queueClosed());
    return this.#slot.interlude(work);
  }

  /** @throws JOB_UNKNOWN */
  get(id: string): Job {
    return this.#view(this.#find(id));
  }

  /** The job when it is terminal; never, when it is put back by a stop. @throws JOB_UNKNOWN */
  async ended(id: string): Promise<Job> {
    const job = this.#find(id);
    if (job.completed_at === null) await this.feed.until(() => job.completed_at !== null);
    return this.#view(job);
  }

  /** Running first, then queue order, then ended ones newest first; with a few examples of skipped files each. */
  list(filter: JobFilter): JobList {
    const all = [...this.#unfinished(), ...this.#history.newestFirst(this.#clock.now())];
    const page = pageOf(all, filter);
    return { ...page, jobs: page.jobs.map((job) => this.#brief(job)) };
  }

  stats(): QueueStats {
    const running = this.#slot.running;
    return {
      runningJobId: running?.id ?? null,
      progressPercent: running?.progress_percent ?? null,
      filesRemaining: this.#slot.run?.filesRemaining ?? 0,
      queued: this.#queued.length,
      listeners: this.feed.listeners,
      trouble: this.#options.store.trouble()?.code ?? null,
    };
  }

  /** Whether anything waits, runs, or still yields. */
  get busy(): boolean {
    return this.#slot.isBusy || this.#queued.length > 0;
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
      await this.#remove(job);
    } else if (job.status === 'running') {
      if (options.force !== true) throw jobRunning(job);
      const run = this.#slot.run as JobRun;
      run.release();
      await Promise.all([this.#end(job, 'cancelled'), run.yielded(FORCED_CANCEL_MS)]);
    } else {
      throw jobFinished(job);
    }
    return this.#view(job);
  }

  /**
   * Takes no more jobs, puts the running one back, waits until its work has yielded, and closes the store.
   *
   * @param graceMs longest wait
   * @returns the jobs that have not ended; the next process goes on with them
   */
  async close(graceMs: number): Promise<Job[]> {
    this.#state = 'closing';
    const { run } = this.#slot;
    this.#slot.close();
    this.#slot.interludes.refuseAll(queueClosed());
    if (run !== undefined) {
      if (!run.isReleased) this.#putBack(run);
      await run.yielded(graceMs);
    }
    await this.#options.store.close();
    const jobs = this.#queued.map(({ id }) => id);
    if (jobs.length > 0) this.#options.log.info({ jobs }, 'jobs wait for the next start');
    return this.#queued.map((job) => this.#view(job));
  }

  #unfinished(): Job[] {
    const running = this.#slot.running;
    return running === undefined ? this.#queued : [running, ...this.#queued];
  }

  #find(id: string): Job {
    const job = this.#unfinished().find((unfinished) => unfinished.id === id) ?? this.#history.get(id);
    if (job === undefined) throw jobUnknown(id);
    return job;
  }

  #begin(job: Job): void {
    job.status = 'running';
    job.started_at ??= isoTime(this.#clock.now());
    // Often the end of another job starts this one, in the midst of that one's request.
    this.#options.log.info({ request_id: undefined, job_id: job.id }, 'job started');
    // What the instance does by itself is no use of it.
    if (job.trigger === undefined) this.#options.onActivity?.();
    void this.#save(job);
  }

  #fail(job: Job, error: unknown): void {
    const { code, message } = asJobError(job, error);
    job.error = { code, message };
    this.#options.log.error({ job_id: job.id, err: error }, 'job failed');
    void this.#end(job, code === 'JOB_CANCELLED' ? 'cancelled' : 'failed');
  }

  #expire(run: JobRun): void {
    run.release();
    run.job.error = { code: 'JOB_TIMEOUT', message: `Job timed out after ${renderDuration(this.#options.timeoutS)}` };
    void this.#end(run.job, 'failed');
  }

  #remove(job: Job): Promise<boolean> {
    this.#queued = this.#queued.filter((other) => other !== job);
    return this.#end(job, 'cancelled');
  }

  #end(job: Job, status: TerminalStatus): Promise<boolean> {
    const { log, onActivity, onEnded } = this.#options;
    job.status = status;
    job.completed_at = isoTime(this.#clock.now());
    const persisted = this.#save(job);
    this.#history.add(job, this.#clock.now());
    log.info({ job_id: job.id, status, error: job.error, duration_ms: durationMs(job) }, 'job ended');
    onActivity?.();
    onEnded?.(job);
    return persisted;
  }

  /** At no cost for the job: a stop is not its fault. */
  #putBack(run: JobRun): void {
    const { job } = run;
    run.release();
    if (job.trigger === 'watch') {
      job.error = { code: 'JOB_CANCELLED', message: 'The instance stopped; the next one compares the folder anew' };
      if (run.isListed) void this.#end(job, 'cancelled');
      return;
    }
    Object.assign(job, { status: 'queued', started_at: null, ...noProgress(this.#clock.now()) });
    this.#queued.unshift(job);
    void this.#save(job);
  }

  /** A new state: to disk, and to those who follow. */
  #save(job: Job): Promise<boolean> {
    const persisted = this.#options.store.save(job);
    this.feed.publish(this.#brief(job));
    return persisted;
  }

  #brief(job: Job): Job {
    return { ...this.#view(job), stats: withFewSkipExamples(job.stats) };
  }

  /** A copy that later progress does not change, with what is computed instead of stored. */
  #view(job: Job): Job {
    const view: Job = { ...job };
    if (job.status === 'queued') view.queue_position = this.#queued.indexOf(job) + 1;
    const eta = job.status === 'running' ? this.#slot.run?.etaS() : undefined;
    if (eta !== undefined) view.eta_s = eta;
    if (!this.#options.store.isPersisted(job.id)) view.persisted = false;
    return view;
  }
}
