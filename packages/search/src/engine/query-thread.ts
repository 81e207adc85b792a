import { Worker } from 'node:worker_threads';
import { AgentBrainError, fromProblem } from '@agent-brain/contract/errors';
import { nurseryMb, workerEnvironment } from '../threads/index.ts';
import type { EngineLog } from './engine.ts';
import type { Answer, QueryOrder, QuerySettings, Question } from './thread-messages.ts';

const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './query-worker.ts' : './agent-brain-query-worker.js', import.meta.url);

const CLOSE_GRACE_MS = 1_000;

interface Pending {
  readonly question: Question;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Questions that the thread holds at once: one that it answers, and the next, so that it never waits for us. */
const IN_THREAD = 2;

/**
 * The query thread seen from outside: started when first needed, and again after it died. Questions wait here, so that
 * one whose asker has gone is never asked.
 */
export class QueryThread {
  readonly #settings: QuerySettings;
  readonly #log: EngineLog;
  readonly #onDamage: (reasons: readonly string[]) => void;
  readonly #pending = new Map<number, Pending>();
  /** Ids of those questions that wait for their turn, in order. */
  readonly #waiting = new Set<number>();
  #worker: Worker | null = null;
  #lastId = 0;

  /** @param onDamage called with what of the index could not be read and was left out of an answer */
  constructor(settings: QuerySettings, log: EngineLog, onDamage: (reasons: readonly string[]) => void = () => {}) {
    this.#settings = settings;
    this.#log = log;
    this.#onDamage = onDamage;
  }

  /** Starts the thread ahead of the first question. */
  warmUp(): void {
    this.#started();
  }

  /** @throws the signal's reason */
  ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const id = ++this.#lastId;
      const leave = (): void => {
        if (this.#waiting.delete(id)) this.#pending.delete(id);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#pending.set(id, { question, resolve, reject });
      this.#waiting.add(id);
      this.#feed();
    });
  }

  /** The store's file was replaced. */
  reopen(): void {
    if (this.#worker !== null) this.#post({ id: null, kind: 'reopen' });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#feed(Number.POSITIVE_INFINITY);
    this.#post({ id: null, kind: 'close' });
    const grace = setTimeout(() => void worker.terminate(), CLOSE_GRACE_MS);
    await ended;
    clearTimeout(grace);
  }

  #feed(room = IN_THREAD): void {
    for (const id of this.#waiting) {
      if (this.#pending.size - this.#waiting.size >= room) return;
      const pending = this.#pending.get(id);
      this.#waiting.delete(id);
      if (pending !== undefined) this.#post({ id, question: pending.question });
    }
  }

  #post(order: QueryOrder): void {
    this.#started().postMessage(order);
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(workerUrl, {
      workerData: this.#settings,
      resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
      name: 'agent-brain-query',
      env: workerEnvironment(),
    });
    let reason = 'the thread ended';
    worker.on('message', (answer: Answer) => this.#take(answer));
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.on('exit', () => this.#end(worker, reason));
    this.#worker = worker;
    return worker;
  }

  #take(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    this.#feed();
    if ('problem' in answer) {
      if (answer.stack !== undefined) this.#log('error', 'a query failed', { stack: answer.stack });
      pending?.reject(fromProblem(answer.problem));
      return;
    }
    if (answer.damage !== undefined) this.#onDamage(answer.damage);
    pending?.resolve(answer.answer);
  }

  /** A thread that dies takes the questions it had with it; the next one starts another. */
  #end(worker: Worker, reason: string): void {
    if (this.#worker === worker) this.#worker = null;
    if (this.#pending.size === 0) return;
    this.#log('error', 'the query thread ended with questions open', { reason, open: this.#pending.size });
    for (const { reject } of this.#pending.values()) reject(new AgentBrainError('INTERNAL', 'The thread that answers queries ended'));
    this.#pending.clear();
    this.#waiting.clear();
  }
}
