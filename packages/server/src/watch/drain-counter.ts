import fs from 'node:fs';

const QUEUE_FILE = '/proc/sys/fs/inotify/max_queued_events';
/** The kernel's own default. */
const DEFAULT_QUEUE = 16_384;

/** Events that the kernel keeps for a reader before it drops what follows. */
export function queueLength(read: (file: string) => string = (file) => fs.readFileSync(file, 'utf8')): number {
  try {
    const value = Number(read(QUEUE_FILE).trim());
    return Number.isSafeInteger(value) && value > 0 ? value : DEFAULT_QUEUE;
  } catch {
    return DEFAULT_QUEUE;
  }
}

/**
 * Notices that the kernel's queue may have overflowed. libuv reads the queue until it is empty in one turn of the event
 * loop, and drops the kernel's own word about an overflow. A queue that was full therefore shows as one turn with as many
 * events as the queue holds. A quarter of that is taken for it: events of watches that have just ended are not seen here.
 */
export class DrainCounter {
  readonly #limit: number;
  readonly #onOverflow: () => void;
  #count = 0;

  constructor(onOverflow: () => void, queue: number = queueLength()) {
    this.#onOverflow = onOverflow;
    this.#limit = Math.max(1, Math.floor(queue / 4));
  }

  /** An event has come. */
  count(): void {
    this.#count += 1;
    if (this.#count === 1) setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    const isFull = this.#count >= this.#limit;
    this.#count = 0;
    if (isFull) this.#onOverflow();
  }
}
