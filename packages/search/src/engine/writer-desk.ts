import { isAgentBrainError } from '@agent-brain/contract/errors';
import type { IndexStats } from '@agent-brain/contract/jobs';
import {
  foldersBeneath,
  ParsePool,
  planRun,
  removeFolder,
  type RunOrder,
  type RunProgress,
  RunReport,
  type RunSurroundings,
  runIndex,
  runUpdate,
  sumOfRuns,
} from '../indexing/index.ts';
import {
  checkStoreFile,
  type IndexStore,
  inspectStoreFile,
  isCorruption,
  setAsideStore,
  SqliteIndexStore,
  storeFile,
  type StoreInfo,
} from '../store/index.ts';
import { BackgroundThread } from '../threads/index.ts';
import { RepositoryFacts } from '../walk/index.ts';
import type { EngineLog, VerifyReport } from './engine.ts';
import { KeptStore } from './kept-store.ts';
import { findProblems, type RepairOrder, repairIndex } from './repair-index.ts';
import type { StoreCondition, WriterCommand, WriterSettings } from './thread-messages.ts';

const MEBIBYTE = 1024 * 1024;
/** Limit for a file's size where it is not known yet; threads for it do for smaller limits too. */
const USUAL_FILE_BYTES = 1_000_000;

export const infoOf = (store: IndexStore): StoreInfo => store.read((view) => view.info());

export interface DeskListeners {
  log: EngineLog;
  onProgress(progress: RunProgress): void;
  onCommit(store: IndexStore): void;
  onReplaced(store: IndexStore): void;
}

type FillCommand = Extract<WriterCommand, { kind: 'index' | 'update' }>;

/** What the writer thread has at hand from command to command: the store, the parse workers, what git said. */
export class WriterDesk {
  readonly #settings: WriterSettings;
  readonly #listeners: DeskListeners;
  readonly #store: KeptStore;
  readonly #pool: ParsePool;
  readonly #thread: BackgroundThread;
  readonly #facts = new RepositoryFacts(process.env);
  /** See {@link StoreCondition}. */
  #isBereft = false;

  constructor(settings: WriterSettings, listeners: DeskListeners) {
    this.#settings = settings;
    this.#listeners = listeners;
    this.#store = new KeptStore({
      file: storeFile(settings.dataDir),
      maxBytes: settings.limits.diskLimitMb * MEBIBYTE,
      log: listeners.log,
      onReplaced: (store) => {
        this.#isBereft = true;
        listeners.onReplaced(store);
      },
    });
    this.#thread = new BackgroundThread(settings.precedence);
    this.#pool = new ParsePool({
      precedence: settings.precedence,
      size: settings.parseWorkers,
      fileBudgetMs: settings.fileBudgetMs,
      ...(settings.parseWorkerUrl === undefined ? {} : { workerUrl: new URL(settings.parseWorkerUrl) }),
    });
  }

  /** Starts the threads of a run. */
  prepare(): void {
    this.#pool.prepare({ maxFileBytes: USUAL_FILE_BYTES });
  }

  async carryOut(command: WriterCommand, condition: StoreCondition, signal: AbortSignal): Promise<unknown> {
    const { root, closedDirs } = this.#settings;
    switch (command.kind) {
      case 'plan':
        return planRun(command.order, { root, closedDirs, signal, log: this.#listeners.log });
      case 'verify':
        return this.#verify();
      case 'repair':
        return this.#repair(command.order, signal);
      case 'reset':
        return this.#reset();
      case 'remove-folder': {
        const store = this.#store.open({ isSuspect: condition.isSuspect, mayRenew: false });
        return removeFolder(store, command.folder, { nowMs: () => performance.now(), onCommit: () => this.#listeners.onCommit(store) });
      }
      default:
        return this.#fill(command, condition, signal);
    }
  }

  closeStore(): void {
    this.#store.close();
  }

  /**
   * One short step of what is done between commands. What it cannot do (a full disk) is told, and tried again after
   * the next command.
   * @returns whether there may be more to do
   */
  maintain(): boolean {
    try {
      return this.#thread.inTurn(() => this.#store.maintain());
    } catch (error) {
      this.#listeners.log('warn', 'the index could not be tidied', { reason: (error as Error).message });
      this.#store.close();
      return false;
    }
  }

  /** Of the store that is open; null for none, or one that cannot be read. */
  info(): StoreInfo | null {
    try {
      return this.#store.info();
    } catch {
      return null;
    }
  }

  rest(): void {
    this.#store.rest();
  }

  async close(): Promise<void> {
    this.#store.close();
    await this.#pool.close();
  }

  /** A store may turn out damaged only when it is written to; the second time there is nothing left to set aside. */
  async #fill(command: FillCommand, { isSuspect, isBereft }: StoreCondition, signal: AbortSignal): Promise<IndexStats> {
    // Nothing is indexed, and nothing is to be made only to find that out.
    if (command.kind === 'update' && !this.#store.exists()) return new RunReport(() => 0).stats();
    this.#isBereft = isBereft;
    const store = this.#store.open({ isSuspect, mayRenew: true });
    // It starts while the first files are looked for. Into an index that has files a run may have nothing to read.
    if (infoOf(store).documents === 0) this.#pool.prepare(command.order.config, 1);
    try {
      return await this.#fillInto(store, command, signal);
    } catch (error) {
      if (isAgentBrainError(error) && error.code === 'MEMORY_LIMIT') this.#pool.letGo();
      if (!isCorruption(error)) throw error;
      return await this.#fillInto(this.#store.recover(), command, signal);
    }
  }

  async #fillInto(store: IndexStore, command: FillCommand, signal: AbortSignal): Promise<IndexStats> {
    const around = this.#around(() => this.#listeners.onCommit(store), signal);
    const stats =
      command.kind === 'index' ? await this.#indexAll(store, command.order, around) : await runUpdate(store, command.order, around);
    if (this.#isBereft) {
      const paths = store.read((view) => view.folderRequests().map(({ folderPath }) => folderPath));
      await runUpdate(store, { paths, config: command.order.config }, around);
    }
    return stats;
  }

  /** Folders inside that are indexed by themselves keep their settings, and are brought up to date all the same. */
  async #indexAll(store: IndexStore, order: RunOrder, around: RunSurroundings): Promise<IndexStats> {
    const stats = await runIndex(store, order, around);
    const all = store.read((view) => view.folderRequests().map(({ folderPath }) => folderPath));
    const inner = order.operation === 'index' ? foldersBeneath(order.folder, all) : [];
    if (inner.length === 0) return stats;
    return sumOfRuns([stats, await runUpdate(store, { paths: inner, folders: inner, config: order.config }, around)]);
  }

  #around(onCommit: () => void, signal: AbortSignal): RunSurroundings {
    const { root, closedDirs, limits } = this.#settings;
    return {
      root,
      closedDirs,
      pool: this.#pool,
      inTurn: (work) => this.#thread.inTurn(work),
      facts: this.#facts,
      limits,
      signal,
      log: this.#listeners.log,
      nowMs: () => performance.now(),
      now: () => new Date(),
      residentBytes: () => process.memoryUsage.rss(),
      onProgress: this.#listeners.onProgress,
      onCommit,
    };
  }

  async #repair(order: RepairOrder, signal: AbortSignal): Promise<IndexStats> {
    // What an open connection has in its cache may be sounder than the file.
    this.#store.close();
    let store: IndexStore | undefined;
    return repairIndex(order, {
      ...this.#around(() => store !== undefined && this.#listeners.onCommit(store), signal),
      check: () => findProblems(storeFile(this.#settings.dataDir)),
      open: () => (store = this.#store.open({ isSuspect: false, mayRenew: true })),
      renew: () => {
        const renewed = this.#store.renew();
        store = renewed.store;
        return renewed;
      },
    });
  }

  /** Over a connection of its own, beside whatever runs. */
  #verify(): VerifyReport {
    const startedMs = performance.now();
    const { problems, info } = checkStoreFile(storeFile(this.#settings.dataDir));
    const { generation = 0, documents = 0, chunks = 0, bytes = 0 } = info ?? {};
    const durationMs = Math.round(performance.now() - startedMs);
    return { ok: problems.length === 0, problems, generation, documents, chunks, bytes, durationMs };
  }

  #reset(): void {
    this.#store.close();
    const file = storeFile(this.#settings.dataDir);
    const found = inspectStoreFile(file);
    if (found.state === 'missing') return;
    if (found.state === 'corrupt') setAsideStore(file, new Date());
    const store = SqliteIndexStore.open(file, { maxBytes: this.#settings.limits.diskLimitMb * MEBIBYTE });
    try {
      store.clear();
      this.#listeners.onReplaced(store);
    } finally {
      store.close();
    }
  }
}
