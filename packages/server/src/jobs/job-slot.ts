import type { IndexStats, Job } from '@agent-brain/contract/jobs';
import { type Interlude, Interludes } from './interludes.ts';
import { JobRun } from './job-run.ts';
import type { JobTurn } from './job-turns.ts';
import type { JobSlotOptions } from './slot-options.ts';

/**
 * Where the work of a project runs, one at a time: jobs, and in turn with them the instance's own work. A job also waits for
 * its project's turn among others; the instance's own work does not: a saved file is searchable whatever else is indexed.
 */
export class JobSlot {
  readonly interludes: Interludes;
  readonly #options: JobSlotOptions;
  #run: JobRun | undefined;
  /** For the next job, or the running one. */
  #turn: JobTurn | undefined;
  #isOpen = false;

  constructor(options: JobSlotOptions) {
    this.#options = options;
    this.interludes = new Interludes(options);
  }

  /** What runs, or was stopped and still yields. */
  get run(): JobRun | undefined {
    return this.#run;
  }

  /** The job that runs, for others to see. */
  get running(): Job | undefined {
    return this.#run?.isReleased === false && this.#run.isListed ? this.#run.job : undefined;
  }

  get isBusy(): boolean {
    return this.#run !== undefined || this.interludes.isWaiting;
  }

  /** Nothing runs before. */
  open(): void {
    this.#isOpen = true;
    this.fill();
  }

  close(): void {
    this.#isOpen = false;
    if (this.#run === undefined) this.#endTurn();
  }

  /** @throws see {@link Interludes.add} */
  interlude(work: Interlude): Promise<IndexStats> {
    const done = this.interludes.add(work);
    this.fill();
    return done;
  }

  /** Begins the next work, when there is any and nothing else runs. */
  fill(): void {
    if (this.#run !== undefined || !this.#isOpen) return;
    const isJobDue = this.#isJobDue();
    const interlude = this.interludes.take(isJobDue);
    const run = interlude ?? (isJobDue ? this.#nextJob() : undefined);
    if (run === undefined) return;
    this.#run = run;
    void this.#afterwards(run, interlude === undefined);
  }

  async #afterwards(run: JobRun, isJob: boolean): Promise<void> {
    await run.settled;
    this.#run = undefined;
    if (isJob || !this.#isOpen) this.#endTurn();
    this.fill();
  }

  /** Whether a job waits, and it is this project's turn. */
  #isJobDue(): boolean {
    const { queued, turns } = this.#options;
    if (queued().length === 0) {
      this.#endTurn();
      return false;
    }
    if (turns === undefined) return true;
    this.#turn ??= turns.request(() => this.fill());
    return this.#turn.hasCome;
  }

  #endTurn(): void {
    const turn = this.#turn;
    this.#turn = undefined;
    turn?.end();
  }

  #nextJob(): JobRun | undefined {
    const { keeper, queued, perform, timeoutS, log, clock } = this.#options;
    const job = queued().shift();
    if (job === undefined) return undefined;
    keeper.began(job);
    const run: JobRun = new JobRun(job, {
      perform,
      timeoutS,
      log,
      clock,
      onProgress: () => keeper.progressed(job),
      onTimeout: () => keeper.expired(run),
      onEnd: (end) => ('stats' in end ? keeper.completed(job, end.stats) : keeper.failed(job, end.error)),
    });
    return run;
  }
}
