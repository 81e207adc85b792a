import type { ServerResponse } from 'node:http';
import type { JobEvent } from '@agent-brain/contract/jobs';
import type { JobFeed } from '../jobs/index.ts';

export interface EventStreamOptions {
  readonly response: ServerResponse;
  readonly feed: JobFeed;
  /** Where to go on; undefined: begin with how things stand. */
  readonly position: string | undefined;
  /** How things stand, for a reader that knows nothing or was away too long. */
  snapshot(): JobEvent[];
  /** Which events are for this reader. */
  accepts(event: JobEvent): boolean;
  /** After which event nothing more will come. */
  isLast(event: JobEvent): boolean;
  readonly heartbeatMs: number;
  onEnd(): void;
}

/** A browser that lost the connection comes again after this time. */
const RECONNECT_MS = 2_000;

/**
 * One reader of server-sent events. It has no buffer of its own: while its connection takes nothing it
 * only remembers its position in the feed. One that takes nothing for two heartbeats is cut off; it may
 * come back with its last id.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #position: string | undefined;
  #isStuck = false;
  #hasEnded = false;

  /** The head of the response is written already. */
  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#position = options.position;
    const { response, feed, heartbeatMs } = options;
    this.#unsubscribe = feed.subscribe(() => this.#pump());
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
    response.on('drain', () => this.#pump());
    response.once('close', () => this.#release());
  }

  /** Once. What was missed comes first. */
  begin(): void {
    this.#options.response.write(`retry: ${RECONNECT_MS}\n\n`);
    this.#pump();
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#release();
    this.#options.response.end();
  }

  #release(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#unsubscribe();
    clearInterval(this.#heartbeat);
    this.#options.onEnd();
  }

  #pump(): void {
    const { response, feed, accepts, isLast } = this.#options;
    if (this.#hasEnded || response.writableNeedDrain) return;
    const known = this.#position === undefined ? undefined : feed.after(this.#position);
    const isSnapshot = known === undefined;
    const events: JobEvent[] = known ?? this.#standing();
    for (const event of events) {
      const isTaken = !accepts(event) || response.write(renderEvent(event));
      this.#position = event.id ?? this.#position;
      if (accepts(event) && isLast(event)) return this.end();
      // A snapshot has one position, at its end, and is therefore never left in the middle.
      if (!isTaken && !isSnapshot) return;
    }
  }

  /** The last one carries the position; without any, the position is taken all the same. */
  #standing(): JobEvent[] {
    const id = this.#options.feed.position;
    this.#position = id;
    const events = this.#options.snapshot();
    const last = events.pop();
    return last === undefined ? [] : [...events, { ...last, id }];
  }

  #beat(): void {
    const { response } = this.#options;
    if (!response.writableNeedDrain) {
      this.#isStuck = false;
      response.write(': heartbeat\n\n');
    } else if (this.#isStuck) response.destroy();
    else this.#isStuck = true;
  }
}

/** JSON has no line feeds of its own, so that one `data` line holds all of it. */
const renderEvent = ({ type, id, job }: JobEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(job)}\n\n`;
