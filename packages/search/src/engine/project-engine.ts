import fs from 'node:fs';
import os from 'node:os';
import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import type { IndexedFolder, IndexPlan, IndexStats } from '@agent-brain/contract/jobs';
import { type ChunkView, type IndexAnswer, NOTHING_INDEXED, type QueryRequest } from '@agent-brain/contract/query';
import { isCurrentRecipe, type RunOrder, type RunProgress } from '../indexing/index.ts';
import type { StoreInfo } from '../store/index.ts';
import { newPrecedence, type Precedence, questionBegins } from '../threads/index.ts';
import type {
  Engine,
  EngineLog,
  EngineOptions,
  EngineStatus,
  FolderRequest,
  IndexRepair,
  IndexRun,
  IndexUpdate,
  SelectionLoss,
  VerifyReport,
} from './engine.ts';
import { QueryThread } from './query-thread.ts';
import type { Question, WriterCommand, WriterSettings } from './thread-messages.ts';
import { type WriterListeners, WriterThread } from './writer-thread.ts';

const FILE_BUDGET_MS = 20_000;

export interface OpeningState {
  info: StoreInfo | null;
  isCorrupt: boolean;
  /** Of an older format: nothing answers from it, and the next run fills a new one. */
  isOutdated: boolean;
}

/** {@link Engine} over a thread for queries and one that writes. */
export class ProjectEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #precedence: Precedence;
  readonly #log: EngineLog;
  readonly #queries: QueryThread;
  readonly #writer: WriterThread;
  readonly #closing = new AbortController();
  #info: StoreInfo | null;
  #isCorrupt: boolean;
  /** A new store stands in the place of a damaged one and is not filled again yet. */
  #isBereft = false;
  #isOutdated: boolean;
  /** A run that fills the index is going on. */
  #isIndexing = false;
  #verification: Promise<VerifyReport> | null = null;
  /** The end of the last command that was taken. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: EngineOptions, opening: OpeningState) {
    this.#options = options;
    this.#precedence = options.precedence ?? newPrecedence();
    this.#log = options.log ?? (() => {});
    this.#queries = new QueryThread({ dataDir: options.dataDir }, this.#log, (reasons) => this.#damaged(reasons.join('; ')));
    this.#writer = new WriterThread(this.#writerSettings(), { log: this.#log, onTidied: (info) => (this.#info = info) });
    this.#info = opening.info;
    this.#isCorrupt = opening.isCorrupt;
    this.#isOutdated = opening.isOutdated;
  }

  warmUp(): void {
    if (this.#closing.signal.aborted) return;
    this.#queries.warmUp();
    if (this.#isCorrupt) this.#options.onDamage?.('it was found damaged when it was opened');
  }

  expectRun(): void {
    if (!this.#closing.signal.aborted && this.#state() === 'empty') this.#writer.prepare();
  }

  async query(request: QueryRequest, signal?: AbortSignal): Promise<IndexAnswer> {
    const question: Question = { kind: 'query', request, isIndexing: this.#isIndexing, isUnfilled: this.#isUnfilled() };
    const answer = (await this.#ask(question, signal)) as IndexAnswer;
    const { projectRoot } = this.#options;
    if (fs.existsSync(projectRoot)) return answer;
    // Nothing can be indexed there any more, so that an advice to do so would mislead.
    const others = answer.warnings.filter((warning) => warning !== NOTHING_INDEXED);
    const rest = others.length === answer.warnings.length ? ': these are its files as they were' : ', and nothing of it was indexed';
    return { ...answer, warnings: [...others, `the project directory ${projectRoot} is gone${rest}`] };
  }

  chunk(id: string): Promise<ChunkView> {
    return this.#ask({ kind: 'chunk', id }) as Promise<ChunkView>;
  }

  folders(): Promise<IndexedFolder[]> {
    return this.#ask({ kind: 'folders' }) as Promise<IndexedFolder[]>;
  }

  folderRequests(): Promise<FolderRequest[]> {
    return this.#ask({ kind: 'folder-requests' }) as Promise<FolderRequest[]>;
  }

  selectionLoss({ folder, request, config }: Pick<IndexRun, 'folder' | 'request' | 'config'>): Promise<SelectionLoss> {
    const question: Question = { kind: 'selection-loss', root: this.#options.projectRoot, order: { folder, request, config } };
    return this.#ask(question) as Promise<SelectionLoss>;
  }

  index(run: IndexRun): Promise<IndexStats> {
    return this.#write({ kind: 'index', order: orderOf(run) }, run) as Promise<IndexStats>;
  }

  update({ paths, folders, config, ...run }: IndexUpdate): Promise<IndexStats> {
    return this.#write({ kind: 'update', order: { paths, folders, config } }, run) as Promise<IndexStats>;
  }

  async plan(run: Omit<IndexRun, 'onProgress'>): Promise<IndexPlan> {
    this.#assertOpen();
    // Beside a run that may be going on, hence in a thread of its own.
    const planner = new WriterThread(this.#writerSettings(), { log: this.#log });
    try {
      return (await planner.run(
        { kind: 'plan', order: orderOf(run) },
        { isSuspect: false, isBereft: false },
        this.#listeners(run),
      )) as IndexPlan;
    } finally {
      await planner.close();
    }
  }

  removeFolder(folder: string, options: { signal?: AbortSignal } = {}): Promise<IndexStats> {
    return this.#write({ kind: 'remove-folder', folder }, options) as Promise<IndexStats>;
  }

  async reset(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#write({ kind: 'reset' }, options);
  }

  async verify(): Promise<VerifyReport> {
    this.#assertOpen();
    this.#verification ??= this.#verify().finally(() => (this.#verification = null));
    return this.#verification;
  }

  /** A reader in a thread of its own: it waits for nobody, and nobody for it. */
  async #verify(): Promise<VerifyReport> {
    const checker = new WriterThread(this.#writerSettings(), { log: this.#log });
    try {
      const report = (await checker.run({ kind: 'verify' }, { isSuspect: false, isBereft: false }, this.#listeners({}))) as VerifyReport;
      this.#isCorrupt &&= !report.ok;
      if (!report.ok && !this.#isOutdated) this.#damaged(report.problems.join('; '));
      return report;
    } finally {
      await checker.close();
    }
  }

  repair({ force, config, ...run }: IndexRepair): Promise<IndexStats> {
    return this.#write({ kind: 'repair', order: { force, config } }, run) as Promise<IndexStats>;
  }

  status(): EngineStatus {
    const { documents = 0, chunks = 0, bytes = 0, generation = 0, lastIndexedAt = null, skipped = {} } = this.#info ?? {};
    return { documents, chunks, bytes, generation, lastIndexedAt, skipped, state: this.#state(), needsRenewal: this.#needsRenewal() };
  }

  #needsRenewal(): boolean {
    return this.#isUnfilled() || this.#info?.recipes.some((recipe) => !isCurrentRecipe(recipe)) === true;
  }

  #isUnfilled(): boolean {
    return this.#isCorrupt || this.#isOutdated || this.#isBereft;
  }

  #state(): EngineStatus['state'] {
    if (this.#isIndexing) return this.#isUnfilled() ? 'rebuilding' : 'indexing';
    if (this.#isCorrupt) return 'corrupt';
    if (this.#isOutdated || this.#isBereft) return 'rebuilding';
    return (this.#info?.generation ?? 0) === 0 ? 'empty' : 'ready';
  }

  async settled(): Promise<void> {
    await this.#lastWrite.catch(() => {});
    await this.#writer.settled();
  }

  async close(): Promise<void> {
    this.#closing.abort(new AgentBrainError('INDEX_CLOSED', 'The index is being closed; what was committed stays'));
    await this.#lastWrite.catch(() => {});
    // Whoever leaves last puts the log back into the file, which a connection that only reads cannot.
    await Promise.all([this.#queries.close(), this.#writer.endUnused()]);
    await this.#writer.close();
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new AgentBrainError('INDEX_CLOSED', `The index of ${this.#options.projectRoot} is closed`);
  }

  async #ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    this.#assertOpen();
    const answered = questionBegins(this.#precedence);
    try {
      return await this.#queries.ask(question, signal);
    } catch (error) {
      this.#noteDamage(error);
      throw error;
    } finally {
      answered();
    }
  }

  #noteDamage(error: unknown): void {
    if (isAgentBrainError(error) && error.code === 'INDEX_CORRUPT') this.#damaged(error.message);
  }

  #damaged(reason: string): void {
    if (this.#isCorrupt || this.#isBereft || this.#closing.signal.aborted) return;
    this.#isCorrupt = true;
    this.#log('warn', 'the index is damaged', { reason });
    this.#options.onDamage?.(reason);
  }

  /** One after another, in the order they came. */
  async #write(command: WriterCommand, run: Hearing): Promise<unknown> {
    this.#assertOpen();
    const before = this.#lastWrite;
    const turn = before.catch(() => {}).then(() => this.#takeTurn(command, run));
    this.#lastWrite = turn;
    return turn;
  }

  async #takeTurn(command: WriterCommand, run: Hearing): Promise<unknown> {
    this.#assertOpen();
    this.#isIndexing = command.kind === 'index' || command.kind === 'repair' || (command.kind === 'update' && this.#isUnfilled());
    try {
      const condition = { isSuspect: this.#isCorrupt, isBereft: this.#isBereft };
      const result = await this.#writer.run(command, condition, this.#listeners(run));
      if (command.kind !== 'remove-folder') {
        this.#isCorrupt = false;
        this.#isBereft = false;
      }
      return result;
    } catch (error) {
      this.#noteDamage(error);
      throw error;
    } finally {
      this.#isIndexing = false;
    }
  }

  #listeners({ signal, onProgress }: Hearing): WriterListeners {
    return {
      signal: signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]),
      onProgress: (progress) => onProgress?.(progress),
      onInfo: (info) => {
        this.#info = info;
      },
      onReplaced: () => {
        this.#isCorrupt = false;
        this.#isBereft = true;
        this.#isOutdated = false;
        this.#queries.reopen();
      },
    };
  }

  #writerSettings(): WriterSettings {
    const { projectRoot, dataDir, stateDir, idleThreadsMs, parseWorkers, fileBudgetMs, memoryLimitMb, diskLimitMb } = this.#options;
    return {
      root: projectRoot,
      dataDir,
      closedDirs: stateDir === undefined ? [dataDir] : [dataDir, stateDir],
      parseWorkers: parseWorkers ?? Math.min(2, os.availableParallelism()),
      fileBudgetMs: fileBudgetMs ?? FILE_BUDGET_MS,
      precedence: this.#precedence,
      idleMs: idleThreadsMs,
      limits: { memoryLimitMb: memoryLimitMb ?? 0, diskLimitMb: diskLimitMb ?? 0 },
    };
  }
}

/** Who runs a command may end it, and hears of it. */
interface Hearing {
  signal?: AbortSignal;
  onProgress?(progress: RunProgress): void;
}

/** Only what crosses the thread border. */
const orderOf = ({ folder, operation, request, config }: Omit<IndexRun, 'onProgress'>): RunOrder => ({
  folder,
  operation,
  request,
  config,
});
