import type { IndexedFolder, IndexPlan, IndexRequest, IndexStats } from '@agent-brain/contract/jobs';
import type { ChunkView, IndexAnswer, QueryRequest } from '@agent-brain/contract/query';
import type { IndexStatus } from '@agent-brain/contract/status';
import type { IndexConfig, RunProgress as IndexProgress, SelectionLoss } from '../indexing/index.ts';
import type { StoreInfo } from '../store/index.ts';
import type { Precedence } from '../threads/index.ts';

export type { IndexConfig, IndexProgress, SelectionLoss };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type EngineLog = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

export interface EngineOptions {
  /** Absolute real path; paths in the index are relative to it. */
  projectRoot: string;
  /** Existing, private directory; the engine keeps `index.db` and its set-aside copies here, nothing else. */
  dataDir: string;
  /** Never indexed, as is `dataDir` itself. */
  stateDir?: string;
  /** Threads that read and chunk (1–8); default 2, or 1 on a single core. */
  parseWorkers?: number;
  log?: EngineLog;
  /** Resident memory of this process above which a run ends with MEMORY_LIMIT, to be called again later, in MiB; 0 or absent means no limit. */
  memoryLimitMb?: number;
  /** Size of the index above which a run ends with INDEX_DISK_LIMIT, to be called again when there is room, in MiB; 0 or absent means no limit. */
  diskLimitMb?: number;
  /**
   * Questions to an engine go before its indexing, always ({@link Precedence}). With one value for several engines of a process,
   * questions to any of them go before the indexing of all.
   */
  precedence?: Precedence;
  /**
   * The threads that write and read files end after so long without work, and start again with the next (some 0.2 s); in
   * milliseconds. Absent: they stay, which is best where this engine is the only one.
   */
  idleThreadsMs?: number;
  /**
   * The index is found damaged or lost: when it is opened, by a question, a check or a command. An update over all indexed
   * folders repairs it. Called once until then.
   */
  onDamage?(reason: string): void;
  /** Longest time on one file before it is skipped as `extraction_failed`, in milliseconds; default 20,000. */
  fileBudgetMs?: number;
}

export interface IndexRun {
  /** Absolute real path of an existing directory. */
  folder: string;
  /** `index` makes the index equal to the folder; `add` never removes. */
  operation: 'index' | 'add';
  /** Its `include`, `exclude`, `languages`, `chunk_*` go before those of `config`. */
  request: IndexRequest;
  config: IndexConfig;
  signal: AbortSignal;
  /** Called at most ten times a second, and once at the end of each phase. */
  onProgress(progress: IndexProgress): void;
}

export interface IndexUpdate {
  /**
   * Absolute real paths that were made, changed or deleted: files, or directories, whose whole subtree is compared.
   * An ignore file (`.gitignore`, `.ignore`, `.agent-brainignore`, `.git/info/exclude`) stands for all it rules
   * over; a path above indexed folders for each of them. The rest of what lies in a `.git` is passed over.
   */
  paths: readonly string[];
  /** Indexed folders; what others own is left as it is. Without it: all. */
  folders?: readonly string[];
  /** As of now; each path is treated with the request its owning folder was last indexed with. */
  config: IndexConfig;
  signal: AbortSignal;
  /** As in {@link IndexRun}. */
  onProgress?(progress: IndexProgress): void;
}

/** An indexed folder with the request of its last run that came to its end, or of its first that began. */
export interface FolderRequest {
  /** Absolute. */
  folderPath: string;
  /** null where it is not known. */
  request: IndexRequest | null;
}

export interface IndexRepair {
  /** All folders are done again, every file, also when the index is sound. */
  force: boolean;
  config: IndexConfig;
  signal: AbortSignal;
  onProgress(progress: IndexProgress): void;
}

export interface EngineStatus {
  documents: number;
  chunks: number;
  /** On disk. */
  bytes: number;
  /** Rises by one with each committed batch; 0 before the first. */
  generation: number;
  /** ISO 8601, or null before the first completed run. */
  lastIndexedAt: string | null;
  /** Files that the last whole run over each folder has skipped, by reason. */
  skipped: StoreInfo['skipped'];
  state: IndexStatus['state'];
  /**
   * Part of the index was made by another tokenizer or chunker, or was lost with a damaged index that was set
   * aside: an update over all indexed folders cures both.
   */
  needsRenewal: boolean;
}

export interface VerifyReport {
  ok: boolean;
  /** At most 20. */
  problems: string[];
  generation: number;
  documents: number;
  chunks: number;
  /** On disk. */
  bytes: number;
  durationMs: number;
}

/**
 * One project's index. All work runs in worker threads; no method holds the calling thread.
 * After `close` every method rejects with INDEX_CLOSED.
 */
export interface Engine {
  /**
   * Answers from the last committed generation, also while a run is going on (then with a warning).
   * @param signal takes back a question that waits for its turn
   * @throws QUERY_MODE_UNAVAILABLE, INDEX_CORRUPT, INDEX_NEWER; the signal's reason
   */
  query(request: QueryRequest, signal?: AbortSignal): Promise<IndexAnswer>;
  /** @throws CHUNK_UNKNOWN, INDEX_CORRUPT, INDEX_NEWER */
  chunk(id: string): Promise<ChunkView>;
  /**
   * Runs wait for one another. What was committed before a failure stays and answers.
   * @throws JOB_CANCELLED within 2 s of the signal; FOLDER_INVALID, DISK_FULL, MEMORY_LIMIT, INDEX_DISK_LIMIT, INDEX_NEWER, JOB_FAILED
   */
  index(run: IndexRun): Promise<IndexStats>;
  /** The next thing is likely to be the first `index`: its threads start now. Nothing happens where something is indexed. */
  expectRun(): void;
  /**
   * Brings the named paths up to date in as few commits as possible; the outcome is that of `index` of their
   * folders, the cost depends on the paths alone. Waits its turn among the runs. Paths no indexed folder owns
   * are passed over, as are all in a folder that is gone.
   * @throws as `index`, but for FOLDER_INVALID
   */
  update(update: IndexUpdate): Promise<IndexStats>;
  /** What a run would do; reads the files, writes nothing. @throws FOLDER_INVALID, JOB_CANCELLED */
  plan(run: Omit<IndexRun, 'onProgress'>): Promise<IndexPlan>;
  /** The indexed files that an `index` run would remove because its filters leave them out; reads the index only. */
  selectionLoss(run: Pick<IndexRun, 'folder' | 'request' | 'config'>): Promise<SelectionLoss>;
  /** Removes all files the folder owns. @throws FOLDER_NOT_INDEXED; JOB_CANCELLED as `index` */
  removeFolder(folder: string, options?: { signal?: AbortSignal }): Promise<IndexStats>;
  /** Removes everything; the generation goes on. @throws JOB_CANCELLED as `index` */
  reset(options?: { signal?: AbortSignal }): Promise<void>;
  folders(): Promise<IndexedFolder[]>;
  /** By path. */
  folderRequests(): Promise<FolderRequest[]>;
  /** From memory. */
  status(): EngineStatus;
  /**
   * Full check of the index, beside whatever is going on; one that fails turns `corrupt` and is set aside by the next run.
   * @throws INDEX_NEWER
   */
  verify(): Promise<VerifyReport>;
  /**
   * Checks the index; sets a damaged one aside (one of a newer version too) and indexes all folders it had again, each with
   * the request of its last run. Does nothing to a sound one without `force`. What it did stands in the stats.
   * @throws as {@link index}, but for FOLDER_INVALID: a folder that is gone is named in the stats
   */
  repair(repair: IndexRepair): Promise<IndexStats>;
  /**
   * When nothing is left to be done for the index: runs end when all is searchable; merging and giving back space follow
   * by and by, stop for the next run, and go on after it (also in the next process).
   */
  settled(): Promise<void>;
  close(): Promise<void>;
}
