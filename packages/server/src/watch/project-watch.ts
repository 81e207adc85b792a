import { asAgentBrainError } from '@agent-brain/contract/errors';
import { type IndexRequest, indexRequestSchema, type IndexStats } from '@agent-brain/contract/jobs';
import type { WatcherStatus } from '@agent-brain/contract/status';
import type { IndexProgress } from '@agent-brain/search/engine';
import { type Batch, Batches } from './batches.ts';
import { ComparisonTimes } from './comparison-times.ts';
import { conditionOf } from './watch-condition.ts';
import { isWithin } from './is-within.ts';
import { FirstComparison } from './first-comparison.ts';
import { GivenUpFolders } from './given-up-folders.ts';
import { NamedTimers } from './named-timers.ts';
import { WatchedFolder } from './watched-folder.ts';
import { walkedBy } from './walked-by.ts';
import type { WatchSource } from './watch-source.ts';
import type { ProjectWatchOptions } from './project-watch-options.ts';

/** Between two looks at the folders themselves. */
const LOOK_MS = 5_000;
/** A look that comes so late comes after a sleep of the machine, in which events may be lost. */
const SLEEP_MS = 60_000;
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
  readonly #times = new ComparisonTimes();
  readonly #first = new FirstComparison();
  #lastLookMs = 0;
  readonly #timers: NamedTimers<'look' | 'hint' | 'start'>;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(options: ProjectWatchOptions) {
    this.#options = options;
    this.#timers = new NamedTimers(options.clock);
    this.#batches = new Batches({
      clock: options.clock,
      log: options.log,
      run: (batch, onProgress) => this.#runBatch(batch, onProgress),
      isHeld: () => this.#isGitAtWork(),
      generation: () => options.engine.status().generation,
      onDone: (compared, stats) => this.#noteComparison(compared, stats),
    });
  }

  /** Begins soon, and returns at once. */
  start(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'starting';
    this.#timers.set('start', START_MS, () => void this.#begin());
  }

  /** The folders, or what is wanted of them, may have changed. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshAfter(this.#refreshing);
    return this.#refreshing;
  }

  /** A job has brought a folder up to date: what has failed here is worth another try. */
  tryAgain(): void {
    this.#batches.tryAgain();
  }

  /**
   * Until the folders have been compared once since the start, and no longer than the first answer may wait. What is then
   * still to be compared is pending.
   * @throws the signal's reason
   */
  async caughtUp(signal: AbortSignal): Promise<void> {
    const { firstAnswerMs, clock } = this.#options;
    if (this.#first.isOver || firstAnswerMs === 0 || this.#state === 'waiting' || this.#state === 'closed') return;
    if (this.#timers.has('start')) this.#timers.set('start', 0, () => void this.#begin());
    await this.#first.wait(clock, firstAnswerMs, signal);
  }

  async close(): Promise<void> {
    this.#first.end();
    this.#state = 'closed';
    this.#timers.close();
    this.#batches.close();
    await Promise.all([...this.#folders.values()].map((folder) => folder.close()));
  }

  /** Files that are known to be newer than the index, those of a running job included. */
  get pendingFiles(): number {
    const files = this.#batches.pendingFiles(this.#options.queue.stats().filesRemaining);
    return files === 0 && this.#isMoreToCome() ? 1 : files;
  }

  /** Something is known to be coming, and not yet which file. */
  #isMoreToCome(): boolean {
    const { config, engine } = this.#options;
    if (this.#state === 'starting') return config.watch && engine.status().documents > 0;
    return this.#timers.has('hint') || [...this.#folders.values()].some((folder) => folder.isBusy);
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
      last_compared_at: isoTime(this.#times.lastMs),
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
    if (this.#folders.size === 0) this.#first.end();
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
    const { root, closedDirs, indexConfig, log, clock } = this.#options;
    const watched = new WatchedFolder({
      folder,
      source: this.#source,
      closedDirs,
      scope: { root, folder, stateDir: closedDirs, ...walkedBy(this.#requests.get(folder), indexConfig) },
      log,
      nowMs: () => clock.now(),
      onChange: (path) => this.#changed(path),
      onCompare: (urgency) => this.#wanted(watched, urgency),
      onWork: () => this.#batches.expect(),
    });
    this.#folders.set(folder, watched);
    await this.#compare(watched, true);
  }

  #changed(path: string): void {
    if (this.#state === 'closed' || this.#folderOf(path) === undefined) return;
    this.#options.onActivity();
    this.#batches.changes.add(path);
    this.#batches.touch();
  }

  #hinted(): void {
    if (this.#state === 'closed') return;
    this.#options.onActivity();
    if (this.#timers.has('hint')) return;
    this.#timers.set('hint', this.#times.hintDelayMs, () => void this.#compareAll(true));
  }

  #wanted(folder: WatchedFolder, urgency: 'at once' | 'now' | 'soon'): void {
    if (urgency === 'soon') this.#hinted();
    else if (urgency === 'now') void this.#compare(folder, true);
    else this.#addComparison(folder, true);
  }

  /** @param isKnown something in it is known to be old, or nobody knows yet whether it is */
  async #compare(folder: WatchedFolder, isKnown: boolean): Promise<void> {
    if (isKnown) this.#batches.changes.expect();
    const mayCompare = await folder.check();
    if (mayCompare) this.#addComparison(folder, isKnown);
    else if (isKnown) this.#batches.touch();
  }

  #addComparison(folder: WatchedFolder, isKnown: boolean): void {
    if (this.#state === 'closed' || this.#folders.get(folder.folder) !== folder) return;
    this.#batches.changes.compare(folder.folder, isKnown);
    this.#batches.touch();
  }

  async #compareAll(isKnown = false): Promise<void> {
    this.#times.started(this.#options.clock.now());
    await Promise.all([...this.#folders.values()].map((folder) => this.#compare(folder, isKnown)));
  }

  #noteComparison(compared: readonly string[], { duration_ms: took }: IndexStats): void {
    if (![...this.#folders.keys()].every((folder) => compared.includes(folder))) return;
    this.#first.end();
    this.#times.ended(this.#options.clock.now(), took.total);
  }

  #scheduleLook(): void {
    if (this.#state !== 'closed') this.#timers.set('look', LOOK_MS, () => void this.#look().then(() => this.#scheduleLook()));
  }

  async #look(): Promise<void> {
    const now = this.#options.clock.now();
    const hasSlept = now - this.#lastLookMs >= SLEEP_MS;
    this.#lastLookMs = now;
    if (hasSlept || this.#isComparisonDue(now)) await this.#compareAll(hasSlept);
    await Promise.all([...this.#folders.values()].map((folder) => folder.check()));
  }

  #isComparisonDue(now: number): boolean {
    if (this.#options.queue.busy || this.#batches.changes.isAnyWaiting || this.#batches.isHeldBack || this.#folders.size === 0)
      return false;
    const isWatched = [...this.#folders.values()].every((folder) => folder.isWatched && folder.trouble === undefined);
    return this.#times.isDue(now, isWatched);
  }

  async #isGitAtWork(): Promise<boolean> {
    for (const folder of this.#folders.values()) if (await folder.isGitAtWork()) return true;
    return false;
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
}

const isoTime = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
