import { randomBytes } from 'node:crypto';
import { type Job, type JobEvent, jobEventType } from '@agent-brain/contract/jobs';

/** Events that can be gone back to; at ten a second more than a minute of a job. */
const CAPACITY = 1024;

export type FeedEvent = Required<JobEvent>;

/**
 * What happened to the jobs of one project, as a ring. Readers keep a position in it instead of a
 * buffer of their own: a slow one costs no memory, and one that was too slow is told so.
 */
export class JobFeed {
  /** Tells this process's events from those of the one before it, whose numbers mean nothing here. */
  readonly #epoch: string;
  readonly #capacity: number;
  readonly #ring: FeedEvent[] = [];
  readonly #listeners = new Set<() => void>();
  #count = 0;

  constructor(epoch: string = randomBytes(4).toString('hex'), capacity = CAPACITY) {
    this.#epoch = epoch;
    this.#capacity = capacity;
  }

  /** The id of the last event, with or without one having happened: where a reader that knows how things stand goes on. */
  get position(): string {
    return `${this.#epoch}-${this.#count}`;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** @param job a copy that nobody changes later */
  publish(job: Job): void {
    this.#count += 1;
    this.#ring[this.#count % this.#capacity] = { type: jobEventType(job), id: this.position, job };
    for (const listener of this.#listeners) listener();
  }

  /** The events after a position, oldest first; undefined when some of them are gone, or were never here. */
  after(position: string): FeedEvent[] | undefined {
    const [epoch, text = ''] = position.split('-', 2);
    const seen = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    const isKnown = epoch === this.#epoch && seen <= this.#count && this.#count - seen <= this.#capacity;
    if (!isKnown) return undefined;
    return Array.from({ length: this.#count - seen }, (_, index) => this.#ring[(seen + 1 + index) % this.#capacity] as FeedEvent);
  }

  /** Resolves at the first event after which the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const unsubscribe = this.subscribe(() => void (condition() && resolve()));
    await promise;
    unsubscribe();
  }

  /** @returns ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
