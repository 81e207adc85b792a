import { DocumentProcess } from './document-process.ts';
import { unpackResults } from './packed-results.ts';
import type { ParseItem, ParseSettings } from './parse-protocol.ts';
import type { ParseResult } from './parse-result.ts';

/** A process that cannot be started so often in a row will not start for the next document either. */
const MAX_FALSE_STARTS = 3;
/** Without a document for so long the process is ended, in milliseconds. */
const IDLE_MS = 10_000;

/** For whom documents are read. */
export interface LaneTask {
  number: number;
  settings: ParseSettings;
  onResults(results: ParseResult[], bytes: number): void;
  /** The document was not read; a skip follows. */
  onFailure(path: string, reason: string): void;
  /** All documents so far have their answers. */
  onIdle(): void;
}

/**
 * Reads documents beside the parse workers, in a process that is ended when one of them takes too much: no other file
 * waits for a document. The process is started with the first document.
 */
export class DocumentLane {
  readonly #isBackground: boolean;
  #queue: ParseItem[] = [];
  #task: LaneTask | null = null;
  #process: DocumentProcess | null = null;
  #reading: Promise<void> | null = null;
  #falseStarts = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor({ isBackground }: { isBackground: boolean }) {
    this.#isBackground = isBackground;
  }

  get isIdle(): boolean {
    return this.#reading === null && this.#queue.length === 0;
  }

  begin(task: LaneTask): void {
    this.#task = task;
    this.#falseStarts = 0;
  }

  add(item: ParseItem): void {
    clearTimeout(this.#idleTimer);
    this.#queue.push(item);
    this.#reading ??= this.#readAll();
  }

  /** Drops what is not read yet; the document that is being read is given up with its process. */
  async drain(): Promise<void> {
    this.#task = null;
    this.#queue = [];
    if (this.#reading === null) return;
    await this.#process?.end();
    await this.#reading;
  }

  async close(): Promise<void> {
    await this.drain();
    clearTimeout(this.#idleTimer);
    await this.#process?.end();
    this.#process = null;
  }

  async #readAll(): Promise<void> {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      const task = this.#task;
      if (task === null) break;
      await this.#readOne(item, task);
    }
    this.#reading = null;
    this.#task?.onIdle();
    this.#idleTimer = setTimeout(() => void this.#process?.end(), IDLE_MS).unref();
  }

  async #readOne(item: ParseItem, task: LaneTask): Promise<void> {
    if (this.#falseStarts >= MAX_FALSE_STARTS) return this.#fail(item, task, 'the process that reads documents cannot be started');
    if (this.#process?.isGone !== false) this.#process = new DocumentProcess({ isBackground: this.#isBackground });
    const answer = await this.#process.read({ task: task.number, settings: task.settings, items: [item] });
    // Whoever asked may have gone meanwhile.
    if (this.#task !== task) return;
    if (answer.kind === 'results') {
      this.#falseStarts = 0;
      task.onResults(unpackResults(answer.results), item.candidate.sizeBytes);
    } else if (answer.isBegun) this.#fail(item, task, answer.reason);
    else {
      this.#falseStarts += 1;
      this.#queue.unshift(item);
    }
  }

  #fail(item: ParseItem, task: LaneTask, reason: string): void {
    const { path, sizeBytes, mtimeMs, ctimeMs, ino } = item.candidate;
    task.onFailure(path, reason);
    const skip = { path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs: Date.now(), reason: 'extraction_failed' } as const;
    task.onResults([{ kind: 'skip', skip }], sizeBytes);
  }
}
