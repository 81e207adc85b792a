import assert from 'node:assert/strict';
import type { Job } from '@agent-brain/contract/jobs';

export const isOver = ({ completed_at }: Job): boolean => completed_at !== null;

/** What of an end must stay as it is. */
const endOf = ({ id, status, started_at, completed_at, attempts }: Job) => ({ id, status, started_at, completed_at, attempts });

/** What the queue has promised, held against what it says later. */
export class Ledger {
  readonly promised = new Set<string>();
  /** Submissions that a kill took the answer of: they may exist. */
  unanswered = 0;
  /** Ends that are on disk. */
  readonly ends = new Map<string, Job>();
  /** Ends that were seen, and are on disk with the next promise. */
  readonly #seen = new Map<string, Job>();
  readonly counts = { cancels: 0, kills: 0, stops: 0, duplicates: 0, full: 0 };

  /** The queue has promised to do a job; whatever it wrote before is on disk as well. */
  accept(id: string): void {
    assert.ok(!this.promised.has(id), `${id} was given twice`);
    this.promised.add(id);
    this.settle();
  }

  settle(): void {
    for (const [id, job] of this.#seen) this.ends.set(id, job);
    this.#seen.clear();
  }

  see(job: Job): void {
    if (isOver(job) && !this.ends.has(job.id)) this.#seen.set(job.id, job);
  }

  /** A crash may undo ends that were seen and not promised: the job runs once more. */
  forgetSeen(): void {
    this.#seen.clear();
  }

  /** Holds a whole list against the promises. */
  check(jobs: readonly Job[]): void {
    const byId = new Map(jobs.map((job) => [job.id, job]));
    assert.equal(byId.size, jobs.length, 'a job is there twice');
    for (const id of this.promised) assert.ok(byId.has(id), `${id} is lost`);
    const unknown = jobs.filter(({ id }) => !this.promised.has(id));
    assert.ok(unknown.length <= this.unanswered, `${unknown.length} jobs that nobody submitted, ${this.unanswered} may be`);
    for (const [id, end] of this.ends) assert.deepEqual(endOf(byId.get(id) as Job), endOf(end), 'an end has changed');
    for (const { id, attempts } of jobs) assert.ok(attempts <= 4, `${id} was tried ${attempts} times`);
    this.checkUnfinished(jobs);
  }

  /** Of a list that has at least all that have not ended. */
  checkUnfinished(jobs: readonly Job[]): void {
    const unfinished = jobs.filter((job) => !isOver(job));
    assert.equal(new Set(unfinished.map((job) => job.dedupe_key)).size, unfinished.length, 'two jobs of one folder');
    assert.ok(unfinished.filter(({ status }) => status === 'running').length <= 1, 'two jobs at once');
  }
}
