import { type ChildProcess, fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { workerEnvironment } from '../threads/index.ts';
import { documentBudget } from './document-budget.ts';
import type { PackedResults } from './packed-results.ts';
import type { ParseItem, ParseSettings } from './parse-protocol.ts';

/** In a bundle all entries lie in one folder under their published names. */
const programUrl = new URL(import.meta.url.endsWith('.ts') ? './document-worker.ts' : './agent-brain-document-worker.js', import.meta.url);

/** Until it has loaded its program, which takes long on a machine under load; milliseconds. */
const START_BUDGET_MS = 60_000;
/** The process ends itself when a document takes too much; this is for one that cannot. */
const ANSWER_BUDGET_MS = documentBudget.wallMs + 10_000;

export interface DocumentOrder {
  task: number;
  settings: ParseSettings;
  items: readonly [ParseItem];
}

export type DocumentMessage =
  | { kind: 'ready' }
  | { kind: 'results'; results: PackedResults }
  /** The process ends. */
  | { kind: 'failed'; reason: string };

export type DocumentAnswer =
  | { kind: 'results'; results: PackedResults }
  | { kind: 'failed'; reason: string /** Whether the process had begun the document. */; isBegun: boolean };

/** A process that reads documents, one at a time. Once it has failed it is gone. */
export class DocumentProcess {
  readonly #child: ChildProcess;
  readonly #isReady: Promise<void>;
  readonly #exited: Promise<void>;
  #isGone = false;
  #answer: (message: Exclude<DocumentMessage, { kind: 'ready' }>) => void = () => {};

  /** @param isBackground questions go before it */
  constructor({ isBackground }: { isBackground: boolean }) {
    this.#child = fork(fileURLToPath(programUrl), [], {
      // Hostile bytes are parsed in it: it knows no more than it needs.
      env: environment(),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    if (isBackground) lowerPriority(this.#child);
    let ready = (): void => {};
    this.#isReady = new Promise((resolve) => (ready = resolve));
    this.#child.on('message', (message: DocumentMessage) => {
      if (message.kind === 'ready') ready();
      else this.#answer(message);
    });
    this.#exited = new Promise((resolve) => {
      const gone = (reason: string): void => {
        this.#isGone = true;
        ready();
        this.#answer({ kind: 'failed', reason });
        resolve();
      };
      this.#child.on('error', (error) => {
        // A signal that could not be sent, or a message to one that has just ended, is an error too.
        if (this.#child.pid === undefined) gone(error.message);
      });
      this.#child.on('exit', (code, signal) => gone(`the process that reads documents ended (${signal ?? code})`));
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  async read(order: DocumentOrder): Promise<DocumentAnswer> {
    await this.#within(START_BUDGET_MS, this.#isReady);
    if (this.#isGone) return { kind: 'failed', reason: 'the process that reads documents could not be started', isBegun: false };
    const answered = new Promise<Exclude<DocumentMessage, { kind: 'ready' }>>((resolve) => (this.#answer = resolve));
    this.#child.send(order, () => {});
    const message = await this.#within(ANSWER_BUDGET_MS, answered);
    this.#answer = () => {};
    if (message.kind === 'results') return message;
    await this.end();
    return { ...message, isBegun: true };
  }

  async end(): Promise<void> {
    if (!this.#isGone) this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Kills the process when the time is over, which settles what is waited for. */
  async #within<T>(budgetMs: number, event: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), budgetMs);
    try {
      return await event;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Variables that Node.js and the system need to start a process. */
const needed = ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP', 'NODE_COMPILE_CACHE'];

function environment(): NodeJS.ProcessEnv {
  const all = workerEnvironment();
  return Object.fromEntries(needed.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system forbids it.
  }
}
