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

/** The writer thread seen from outside: started when first needed, kept (or ended when idle), and started again after it died. */
export class WriterThread {
  readonly #settings: WriterSettings;
  readonly #log: EngineLog;
  readonly #program: URL;
  #worker: Worker | null = null;
  #running: Running | null = null;
  #idleTimer: NodeJS.Timeout | undefined;
  /** The end of a thread that has been told to close: no two of them have the store open. */
  #ending: Promise<void> | null = null;

  /** @param program which one the thread runs; tests give one that dies, or never comes back */
  constructor(settings: WriterSettings, log: EngineLog, program = workerUrl) {
    this.#settings = settings;
    this.#log = log;
    this.#program = program;
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
    const { idleMs } = this.#settings;
    if (idleMs !== undefined) this.#idleTimer = setTimeout(() => void this.close(), idleMs).unref();
    if (outcome.kind === 'done') return outcome.result;
    if (signal.aborted) throw reasonOf(signal);
    if (outcome.kind === 'failed') throw fromProblem(outcome.problem);
    throw new AgentBrainError('JOB_FAILED', `The thread that writes the index died — ${outcome.reason}`);
  }

  /** Closes the store and ends the thread; no command may be going on. */
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
      this.#running?.settle({ kind: 'died', reason });
    });
    this.#worker = worker;
    return worker;
  }

  #take(message: WriterMessage): void {
    if (message.kind === 'log') this.#log(message.level, message.message, message.fields);
    else if (message.kind === 'done' || message.kind === 'failed') this.#running?.settle(message);
    else if (message.kind === 'progress') this.#running?.listeners.onProgress(message.progress);
    else {
      this.#running?.listeners.onInfo(message.info);
      if (message.kind === 'replaced') this.#running?.listeners.onReplaced();
    }
  }
}

function reasonOf({ reason }: AbortSignal): AgentBrainError {
  return reason instanceof AgentBrainError
    ? reason
    : new AgentBrainError('JOB_CANCELLED', 'The run was cancelled; what it had committed stays');
}
