import { Worker } from 'node:worker_threads';
import { AgentBrainError, fromProblem } from '@agent-brain/contract/errors';
import type { RunProgress } from '../indexing/index.ts';
import type { StoreInfo } from '../store/index.ts';
import { nurseryMb, workerEnvironment } from '../threads/index.ts';
import type { EngineLog } from './engine.ts';
import type { StoreCondition, WriterCommand, WriterMessage, WriterOrder, WriterSettings } from './thread-messages.ts';

const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './writer-worker.ts' : './agent-brain-writer-worker.js', import.meta.url);

/** Time a cancelled writer has to come back; afterwards the thread is ended, and the open transaction with it. */
const CANCEL_GRACE_MS = 1_000;
/** Time a writer without work has to close the store. */
const CLOSE_GRACE_MS = 2_000;
/** Threads that were started for a run which has not come are kept so long. */
const UNUSED_MS = 60_000;

export interface WriterListeners {
  signal: AbortSignal;
  onProgress(progress: RunProgress): void;
  onInfo(info: StoreInfo): void;
  onReplaced(): void;
}

/** How a command came to its end. */
type Outcome = Extract<WriterMessage, { kind: 'done' | 'failed' }> | { kind: 'died'; reason: string };

interface Running {
  listeners: WriterListeners;
  settle(outcome: Outcome): void;
}

export interface WriterOptions {
  log: EngineLog;
  /** What is done after a command has made the index another one, though nothing visible has changed. */
  onTidied?(info: StoreInfo): void;
  /** Which one the thread runs; tests give one that dies, or never comes back. */
  program?: URL;
}

/** The writer thread seen from outside: started when first needed, kept (or ended when idle), and started again after it died. */
export class WriterThread {
  readonly #settings: WriterSettings;
  readonly #log: EngineLog;
  readonly #program: URL;
  readonly #onTidied: (info: StoreInfo) => void;
  #worker: Worker | null = null;
  /** The thread has been given a command: it may have the store open. */
  #isUsed = false;
  #running: Running | null = null;
  #idleTimer: NodeJS.Timeout | undefined;
  /** Resolves when the last command has ended and nothing is left to be done for the index. */
  #upkeep: { done: Promise<void>; end: () => void } | null = null;
  /** The end of a thread that has been told to close: no two of them have the store open. */
  #ending: Promise<void> | null = null;

  constructor(settings: WriterSettings, { log, onTidied = () => {}, program = workerUrl }: WriterOptions) {
    this.#settings = settings;
    this.#log = log;
    this.#onTidied = onTidied;
    this.#program = program;
  }

  /** Starts the threads of a run, which is to be expected; without one they end. */
  prepare(): void {
    if (this.#worker !== null || this.#ending !== null) return;
    this.#post(this.#started(), { kind: 'prepare' });
    this.#endIdle(this.#settings.idleMs ?? UNUSED_MS);
  }

  /**
   * Runs one command; the caller waits for its end before the next. A command that was given up settles
   * only when nothing of it goes on any more.
   * @throws what the command throws; JOB_CANCELLED (or the signal's reason, when that is one of our errors) after
   * an abort; JOB_FAILED when the thread dies
   */
  async run(command: WriterCommand, condition: StoreCondition, listeners: WriterListeners): Promise<unknown> {
    const { signal } = listeners;
    clearTimeout(this.#idleTimer);
    await this.#ending;
    if (signal.aborted) throw reasonOf(signal);
    const worker = this.#started();
    this.#upkeep ??= newUpkeep();
    this.#isUsed = true;
    let grace: NodeJS.Timeout | undefined;
    const onAbort = () => {
      this.#post(worker, { kind: 'cancel' });
      grace = setTimeout(() => void worker.terminate(), CANCEL_GRACE_MS);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const outcome = await new Promise<Outcome>((resolve) => {
      this.#running = { listeners, settle: resolve };
      this.#post(worker, { kind: 'run', command, condition });
    });
    this.#running = null;
    clearTimeout(grace);
    signal.removeEventListener('abort', onAbort);
    if (outcome.kind === 'done') return outcome.result;
    if (signal.aborted) throw reasonOf(signal);
    if (outcome.kind === 'failed') throw fromProblem(outcome.problem);
    throw new AgentBrainError('JOB_FAILED', `The thread that writes the index died — ${outcome.reason}`);
  }

  /** When no command goes on and nothing is left to be done for the index. */
  async settled(): Promise<void> {
    await this.#upkeep?.done;
  }

  /** Ends a thread that was started for a run which has not come: it may still be loading its program, and has nothing to put in order. */
  async endUnused(): Promise<void> {
    if (!this.#isUsed) await this.#worker?.terminate();
  }

  /** Closes the store and ends the thread; no command may be going on. What is left to be done for the index is done after the next one. */
  close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    return (this.#ending ??= this.#end().finally(() => (this.#ending = null)));
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#post(worker, { kind: 'close' });
    const grace = setTimeout(() => void worker.terminate(), CLOSE_GRACE_MS);
    await ended;
    clearTimeout(grace);
  }

  #post(worker: Worker, order: WriterOrder): void {
    worker.postMessage(order);
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(this.#program, {
      workerData: this.#settings,
      resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
      name: 'agent-brain-writer',
      env: workerEnvironment(),
    });
    let reason = 'the thread ended';
    worker.on('message', (message: WriterMessage) => this.#take(message));
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
      this.#log('error', 'the writer thread failed', { reason: error instanceof Error ? error.stack : reason });
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      this.#endUpkeep();
      this.#running?.settle({ kind: 'died', reason });
    });
    this.#worker = worker;
    this.#isUsed = false;
    return worker;
  }

  #take(message: WriterMessage): void {
    if (message.kind === 'log') this.#log(message.level, message.message, message.fields);
    else if (message.kind === 'done' || message.kind === 'failed') this.#running?.settle(message);
    else if (message.kind === 'progress') this.#running?.listeners.onProgress(message.progress);
    else if (message.kind === 'tidy') this.#rest(message.info);
    else {
      this.#running?.listeners.onInfo(message.info);
      if (message.kind === 'replaced') this.#running?.listeners.onReplaced();
    }
  }

  #rest(info: StoreInfo | null): void {
    // A command that was sent meanwhile has its own end.
    if (this.#running !== null) return;
    if (info !== null) this.#onTidied(info);
    this.#endUpkeep();
    const { idleMs } = this.#settings;
    if (idleMs !== undefined) this.#endIdle(idleMs);
  }

  #endIdle(idleMs: number): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.close(), idleMs).unref();
  }

  #endUpkeep(): void {
    this.#upkeep?.end();
    this.#upkeep = null;
  }
}

function newUpkeep(): { done: Promise<void>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { done: promise, end: resolve };
}

function reasonOf({ reason }: AbortSignal): AgentBrainError {
  return reason instanceof AgentBrainError
    ? reason
    : new AgentBrainError('JOB_CANCELLED', 'The run was cancelled; what it had committed stays');
}
