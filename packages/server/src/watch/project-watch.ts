import type { ConfigValues } from '@agent-brain/contract/config';
import { asAgentBrainError } from '@agent-brain/contract/errors';
import { type IndexRequest, indexRequestSchema, type IndexStats } from '@agent-brain/contract/jobs';
import type { WatcherStatus } from '@agent-brain/contract/status';
import type { Engine, IndexConfig, IndexProgress } from '@agent-brain/search/engine';
import type { Clock } from '../clock/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { type Batch, Batches } from './batches.ts';
import { conditionOf } from './watch-condition.ts';
import { isWithin } from './folder-watch.ts';
import { GivenUpFolders } from './given-up-folders.ts';
import { WatchedFolder } from './watched-folder.ts';
import type { WatchSource } from './watch-source.ts';

export interface ProjectWatchOptions {
  /** Canonical. */
  readonly root: string;
  /** State and data of the instance, absolute. */
  readonly closedDirs: readonly string[];
  readonly config: Pick<ConfigValues, 'watch'>;
  readonly indexConfig: IndexConfig;
  readonly engine: Pick<Engine, 'update' | 'folders' | 'folderRequests' | 'status'>;
  readonly queue: Pick<JobQueue, 'interlude' | 'busy' | 'stats'>;
  readonly clock: Clock;
  readonly log: {
    debug(fields: object, message: string): void;
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  /** Directories beneath a folder that need no watch, as of now. */
  readonly findUnwatched: (folder: string) => Promise<string[]>;
  readonly loadSource: () => Promise<WatchSource>;
  /** Files have changed: the instance is in use. */
  readonly onActivity: () => void;
}

/** Between two looks at the folders themselves. */
const LOOK_MS = 5_000;
/** A look that comes so late comes after a sleep of the machine, in which events may be lost. */
const SLEEP_MS = 60_000;
const COMPARE_MS = 300_000;
/** Where something is not watched. */
const COMPARE_UNWATCHED_MS = 60_000;
/** Comparing takes at most this part of the time. */
const COMPARE_SHARE = 1 / 20;
/** What git did to its index is looked at when it has been quiet so long. */
const HINT_MS = 2_000;
/** After ready: the first requests go before. */
const START_MS = 100;

/**
 * Keeps the indexed folders of a project fresh: watches them, takes changes over in batches, and
 * compares whole folders from time to time, because events can be lost (docs/design/search.md#freshness).
 */
export class ProjectWatch {
  readonly #options: ProjectWatchOptions;
  readonly #batches: Batches;
  readonly givenUp = new GivenUpFolders();
  readonly #folders = new Map<string, WatchedFolder>();
  /** Of the watched folders. */
  #requests = new Map<string, IndexRequest>();
  /** All indexed folders, watched or not; the innermost first. */
  #indexed: string[] = [];
  #source: WatchSource | undefined;
  #unsupported: string | undefined;
  #state: 'waiting' | 'starting' | 'running' | 'closed' = 'waiting';
  #lastCompareMs: number | undefined;
  #compareStartedMs = 0;
  #compareTookMs = 0;
  #lastLookMs = 0;
  readonly #timers = new Map<'look' | 'hint' | 'start', () => void>();
  #refreshing: Promise<void> = Promise.resolve();

  constructor(options: ProjectWatchOptions) {
    this.#options = options;
    this.#batches = new Batches({
      clock: options.clock,
      log: options.log,
      run: (batch, onProgress) => this.#runBatch(batch, onProgress),
      isHeld: () => this.#isGitAtWork(),
      onDone: (compared, stats) => this.#noteComparison(compared, stats),
    });
  }

  /** Begins soon, and returns at once. */
  start(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'starting';
    this.#after('start', START_MS, () => void this.#begin());
  }

  /** The folders, or what is wanted of them, may have changed. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshAfter(this.#refreshing);
    return this.#refreshing;
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    for (const cancel of this.#timers.values()) cancel();
    this.#batches.close();
    await Promise.all([...this.#folders.values()].map((folder) => folder.close()));
  }

  /** Files that are known to be newer than the index, those of a running job included. */
  get pendingFiles(): number {
    return this.#batches.pendingFiles(this.#options.queue.stats().filesRemaining);
  }

  status(): WatcherStatus {
    const { batches, filesUpdated, lastUpdateMs, failure } = this.#batches.report;
    return {
      ...conditionOf({
        isWanted: this.#folders.size > 0 || this.#options.config.watch,
        unsupported: this.#unsupported,
        isRunning: this.#state === 'running',
        folders: [...this.#folders.values()],
        failure,
      }),
      folders: this.#folders.size,
      batches,
      files_updated: filesUpdated,
      last_update_at: isoTime(lastUpdateMs),
      last_compared_at: isoTime(this.#lastCompareMs),
    };
  }

  async #begin(): Promise<void> {
    try {
      this.#source = await this.#options.loadSource();
    } catch (error) {
      const { message } = asAgentBrainError(error);
      this.#unsupported = `${message}; folders are compared every minute`;
      this.#options.log.warn({ err: error }, 'no files are watched');
    }
    if (this.#state !== 'starting') return;
    this.#lastLookMs = this.#options.clock.now();
    await this.refresh();
    if (this.#state !== 'starting') return;
    // What another version made, or a damaged index lost, is made anew, also in folders that are not watched.
    if (this.#options.engine.status().needsRenewal) for (const folder of this.#indexed) this.#batches.changes.compare(folder);
    this.#batches.touch();
    this.#state = 'running';
    this.#scheduleLook();
  }

  async #refreshAfter(before: Promise<void>): Promise<void> {
    await before;
    try {
      await this.#refresh();
    } catch (error) {
      if (this.#state !== 'closed') this.#options.log.warn({ err: error }, 'the folders to watch could not be read');
    }
  }

  async #refresh(): Promise<void> {
    if (this.#state === 'closed' || this.#state === 'waiting') return;
    const { engine, config } = this.#options;
    const [known, givenUp] = [await engine.folderRequests(), await this.givenUp.among(engine)];
    this.#indexed = known.map(({ folderPath }) => folderPath).toSorted((a, b) => b.length - a.length);
    const wanted = known.filter(({ folderPath, request }) => (request?.watch ?? config.watch) && !givenUp.has(folderPath));
    this.#requests = new Map(
      wanted.map(({ folderPath, request }) => [folderPath, request ?? indexRequestSchema.parse({ folder_path: folderPath })]),
    );
    for (const [folder, watched] of this.#folders) {
      if (!this.#requests.has(folder) && this.#folders.delete(folder)) await watched.close();
    }
    this.#batches.changes.keep((path) => this.#folderOf(path) !== undefined);
    for (const folder of this.#requests.keys()) if (!this.#folders.has(folder)) await this.#add(folder);
  }

  /** Watched first and compared then: what changes between the two is seen twice, not never. */
  async #add(folder: string): Promise<void> {
    const { closedDirs, findUnwatched, log, clock } = this.#options;
    const watched = new WatchedFolder({
      folder,
      source: this.#source,
      closedDirs,
      findUnwatched,
      log,
      nowMs: () => clock.now(),
      onChange: (path) => this.#changed(path),
      onCompare: (urgency) => this.#wanted(watched, urgency),
    });
    this.#folders.set(folder, watched);
    await this.#compare(watched);
  }

  #changed(path: string): void {
    if (this.#state === 'closed' || this.#folderOf(path) === undefined) return;
    this.#options.onActivity();
    this.#batches.changes.add(path);
    this.#batches.touch();
  }

  #hinted(): void {
    this.#options.onActivity();
    if (!this.#timers.has('hint')) this.#after('hint', HINT_MS, () => void this.#compareAll());
  }

  #wanted(folder: WatchedFolder, urgency: 'at once' | 'now' | 'soon'): void {
    if (urgency === 'soon') this.#hinted();
    else if (urgency === 'now') void this.#compare(folder);
    else this.#addComparison(folder);
  }

  async #compare(folder: WatchedFolder): Promise<void> {
    const mayCompare = await folder.check();
    if (mayCompare) this.#addComparison(folder);
  }

  #addComparison(folder: WatchedFolder): void {
    if (this.#state === 'closed' || this.#folders.get(folder.folder) !== folder) return;
    this.#batches.changes.compare(folder.folder);
    this.#batches.touch();
  }

  async #compareAll(): Promise<void> {
    this.#compareStartedMs = this.#options.clock.now();
    await Promise.all([...this.#folders.values()].map((folder) => this.#compare(folder)));
  }

  #noteComparison(compared: readonly string[], { duration_ms: took }: IndexStats): void {
    if (![...this.#folders.keys()].every((folder) => compared.includes(folder))) return;
    this.#lastCompareMs = this.#options.clock.now();
    this.#compareTookMs = took.total;
  }

  #scheduleLook(): void {
    this.#after('look', LOOK_MS, () => void this.#lookAround());
  }

  async #lookAround(): Promise<void> {
    await this.#look();
    this.#scheduleLook();
  }

  async #look(): Promise<void> {
    const now = this.#options.clock.now();
    const hasSlept = now - this.#lastLookMs >= SLEEP_MS;
    this.#lastLookMs = now;
    if (hasSlept || this.#isComparisonDue(now)) await this.#compareAll();
    await Promise.all([...this.#folders.values()].map((folder) => folder.tend()));
  }

  #isComparisonDue(now: number): boolean {
    if (this.#options.queue.busy || this.#batches.changes.isAnyWaiting || this.#folders.size === 0) return false;
    const isWatched = [...this.#folders.values()].every((folder) => folder.isWatched && folder.trouble === undefined);
    const pause = isWatched ? COMPARE_MS : Math.max(COMPARE_UNWATCHED_MS, this.#compareTookMs / COMPARE_SHARE);
    return now - Math.max(this.#lastCompareMs ?? 0, this.#compareStartedMs) >= pause;
  }

  async #isGitAtWork(): Promise<boolean> {
    const answers = await Promise.all([...this.#folders.values()].map((folder) => folder.isGitAtWork()));
    return answers.includes(true);
  }

  #runBatch({ paths, comparisons }: Batch, onProgress: (progress: IndexProgress) => void): Promise<IndexStats> {
    const { engine, queue, indexConfig, root } = this.#options;
    const renews = comparisons.length > 0 && engine.status().needsRenewal;
    const owners = new Set(paths.map((path) => this.#folderOf(path)));
    const [owner] = owners;
    const folder = owners.size === 1 && owner !== undefined ? owner : root;
    return queue.interlude({
      submission: {
        operation: 'index',
        folder,
        request: this.#requests.get(folder) ?? indexRequestSchema.parse({ folder_path: folder }),
      },
      perform: ({ signal, onProgress: report }) =>
        engine.update({
          paths,
          folders: renews ? this.#indexed : [...this.#folders.keys()],
          config: indexConfig,
          signal,
          onProgress: (progress) => {
            onProgress(progress);
            report(progress);
          },
        }),
    });
  }

  /** The watched folder that owns a path: of overlapping folders the innermost does, watched or not. */
  #folderOf(path: string): string | undefined {
    const owner = this.#indexed.find((folder) => isWithin(folder, path));
    return owner !== undefined && this.#folders.has(owner) ? owner : undefined;
  }

  #after(name: 'look' | 'hint' | 'start', delayMs: number, action: () => void): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(name);
      if (this.#state !== 'closed') action();
    });
    this.#timers.set(name, cancel);
  }
}

const isoTime = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
