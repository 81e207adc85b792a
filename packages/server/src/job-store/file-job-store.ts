import fs from 'node:fs/promises';
import path from 'node:path';
import { asAgentBrainError } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';
import { cleanTemporaries, ensurePrivateDirectory } from '@agent-brain/runtime/files';
import { acquireLock, type FileLock } from '@agent-brain/runtime/locks';
import type { Clock } from '../clock/index.ts';
import { Batch } from './batch.ts';
import type { JobStore, StoreTrouble } from './job-store.ts';
import { Journal } from './journal.ts';
import { type JournalFileSystem, nodeJournalFileSystem } from './journal-file-system.ts';
import { readJournal } from './read-journal.ts';
import { recoverJobs, type RecoveredJobs } from './recover-jobs.ts';
import { logBadLines, setBadLinesAside, setJournalAside } from './set-bad-lines-aside.ts';

/*
 * The jobs of one project on disk: `queue/jobs.jsonl`, a whole record per line, the last line of a job counts.
 *
 *   closed ──open──► in order ──a write fails──► in trouble ──the file is written anew──► in order
 *                       │  ▲                        │  ▲
 *                       │  └─ append, fsync         │  └─ each change, and a timer, try again
 *                       └──────────close────────────┴──► closed
 *
 * in order    a change is one appended line. Changes that arrive during an fsync share the next one, so
 *             that 200 admissions cost two or three of them. Progress is appended without fsync, at most
 *             twice a second. When 3/4 of the lines or 1 MB are dead, all live lines are written to a
 *             temporary file, synced and renamed: a crash finds the old file or the new one.
 * in trouble  (disk full, read-only, lock file replaced) jobs go on in memory and callers are told
 *             `persisted: false`. What failed may or may not be in the file, and after a failed fsync
 *             nobody knows what the device has; so the way back is always to write everything anew.
 *
 * Appending instead of rewriting: a crash can tear only the last line, and a change costs the same with
 * ten jobs and with ten thousand. The price is the compaction. Left open: a process that dies in trouble
 * loses the changes that its callers were told are not persisted.
 */

export interface FileJobStoreOptions {
  /** `<state dir>/queue/jobs.jsonl`. */
  readonly file: string;
  /** Owner that the directory must have; negative: not checked. */
  readonly uid: number;
  readonly clock: Clock;
  readonly log: StoreLog;
  readonly fs?: JournalFileSystem;
}

interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const PROGRESS_INTERVAL_MS = 500;
/** A file of fewer lines is not worth a compaction. */
const FEW_LINES = 32;
const LIVE_SHARE = 4;
const DEAD_BYTES = 1024 * 1024;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** A compaction that fails costs nothing but space; it is tried again after so many more bytes. */
const COMPACTION_PAUSE_BYTES = DEAD_BYTES;

export class FileJobStore implements JobStore {
  readonly #options: FileJobStoreOptions;
  readonly #journal: Journal;
  readonly #lockFile: string;
  /** The latest line of every kept job, with its line feed: a compaction joins them. */
  readonly #live = new Map<string, string>();
  /** Jobs whose last change is in memory alone. */
  readonly #unsaved = new Set<string>();
  readonly #progressAt = new Map<string, number>();
  #liveBytes = 0;
  /** In the file, dead ones included. */
  #lines = 0;
  #compactAboveBytes = 0;
  #lock: FileLock | undefined;
  #batch: Batch | undefined;
  #writing: Promise<void> | undefined;
  #trouble: StoreTrouble | undefined;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry = (): void => {};
  #isClosed = false;

  constructor(options: FileJobStoreOptions) {
    this.#options = options;
    this.#journal = new Journal(options.file, options.fs ?? nodeJournalFileSystem);
    this.#lockFile = path.join(path.dirname(options.file), 'jobs.lock');
  }

  async open(): Promise<RecoveredJobs> {
    const { file, uid, clock, log } = this.#options;
    await ensurePrivateDirectory(path.dirname(file), { uid });
    await this.#takeLock(LOCK_WAIT_MS);
    await cleanTemporaries(path.dirname(file)).catch((error: unknown) => log.warn({ err: error }, 'what a killed compaction left stays'));
    const { bytes, refused } = await this.#journal.read();
    const content = readJournal(bytes);
    logBadLines(content.bad, this.#options);
    this.#lines = content.lines;
    const recovered = recoverJobs(content, clock.now());
    for (const job of [...recovered.ended, ...recovered.unfinished]) this.#keep(job);
    const isForeign = refused !== undefined || content.isCutShort;
    const mayCompact = isForeign
      ? await setJournalAside(this.#journal, refused ?? `it was read up to line ${content.lines}`, this.#options)
      : await setBadLinesAside(content.bad, this.#options);
    if (mayCompact && (isForeign || content.bad.length > 0 || this.#isCompactionDue())) await this.#write(new Batch({ isRewrite: true }));
    for (const job of recovered.changed) {
      log.warn({ job_id: job.id, attempts: job.attempts, status: job.status }, 'a job was running when the process before this one ended');
      await this.save(job);
    }
    return recovered;
  }

  save(job: Readonly<Job>): Promise<boolean> {
    this.#progressAt.delete(job.id);
    return this.#add(job, { sync: true });
  }

  saveProgress(job: Readonly<Job>): void {
    const now = this.#options.clock.now();
    const last = this.#progressAt.get(job.id);
    if (this.#trouble !== undefined || (last !== undefined && now - last < PROGRESS_INTERVAL_MS)) return;
    this.#progressAt.set(job.id, now);
    void this.#add(job, { sync: false });
  }

  shorten(job: Readonly<Job>): void {
    if (this.#live.has(job.id)) this.#keep(job);
  }

  forget(id: string): void {
    this.#liveBytes -= Buffer.byteLength(this.#live.get(id) ?? '');
    this.#live.delete(id);
    this.#unsaved.delete(id);
  }

  isPersisted(id: string): boolean {
    return !this.#unsaved.has(id);
  }

  trouble(): StoreTrouble | undefined {
    return this.#trouble;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    await this.#writing;
    if (this.#trouble !== undefined) await this.#write(new Batch({ isRewrite: true }));
    this.#cancelRetry();
    await this.#journal.close();
    await this.#lock?.release();
  }

  #add(job: Readonly<Job>, { sync }: { sync: boolean }): Promise<boolean> {
    const line = this.#keep(job);
    if (this.#isClosed) {
      this.#unsaved.add(job.id);
      return Promise.resolve(false);
    }
    this.#batch ??= new Batch({ isRewrite: false });
    this.#batch.add(job.id, line, sync);
    const { written } = this.#batch;
    this.#writing ??= this.#writeAll();
    return written;
  }

  #keep(job: Readonly<Job>): string {
    const line = `${JSON.stringify(job)}\n`;
    this.#liveBytes += Buffer.byteLength(line) - Buffer.byteLength(this.#live.get(job.id) ?? '');
    this.#live.set(job.id, line);
    return line;
  }

  /** One batch after the other; what arrives meanwhile is the next one. */
  async #writeAll(): Promise<void> {
    // Whatever is saved in the same turn of the event loop belongs to the first batch too.
    await Promise.resolve();
    for (let batch = this.#batch; batch !== undefined; batch = this.#batch) {
      this.#batch = undefined;
      await this.#write(batch);
    }
    this.#writing = undefined;
  }

  async #write(batch: Batch): Promise<void> {
    try {
      if (this.#trouble !== undefined) await this.#regainLock();
      this.#lock?.assertHeld();
      if (batch.isRewrite || this.#trouble !== undefined) await this.#rewrite();
      else await this.#append(batch);
      batch.settle(true);
    } catch (error) {
      for (const id of batch.ids) this.#unsaved.add(id);
      this.#enterTrouble(error);
      batch.settle(false);
    }
  }

  async #append(batch: Batch): Promise<void> {
    await this.#journal.append(batch.text, { sync: batch.sync });
    this.#lines += batch.size;
    for (const id of batch.ids) this.#unsaved.delete(id);
    if (!this.#isCompactionDue()) return;
    try {
      await this.#rewrite();
    } catch (error) {
      this.#compactAboveBytes = this.#journal.sizeBytes + COMPACTION_PAUSE_BYTES;
      this.#options.log.warn({ err: error }, 'the file of jobs could not be compacted; nothing of it is lost');
    }
  }

  /** Everything that is saved up to now is in it, whatever batch it waits in. */
  async #rewrite(): Promise<void> {
    const unsaved = [...this.#unsaved];
    const lines = [...this.#live.values()];
    await this.#journal.replace(lines.join(''));
    this.#lines = lines.length;
    this.#compactAboveBytes = 0;
    for (const id of unsaved) this.#unsaved.delete(id);
    this.#leaveTrouble();
  }

  /** Contract: jobs, "Store": 4× the live records, or 1 MB of dead ones. */
  #isCompactionDue(): boolean {
    const { sizeBytes } = this.#journal;
    if (sizeBytes < this.#compactAboveBytes) return false;
    const isMostlyDead = this.#lines >= FEW_LINES && this.#lines >= LIVE_SHARE * this.#live.size;
    return isMostlyDead || sizeBytes - this.#liveBytes >= DEAD_BYTES;
  }

  #enterTrouble(thrown: unknown): void {
    const { code, message } = asAgentBrainError(thrown);
    if (this.#trouble === undefined) this.#options.log.error({ err: thrown }, 'jobs are kept in memory only: their file cannot be written');
    this.#trouble = { code, message };
    this.#cancelRetry();
    if (this.#isClosed) return;
    this.#cancelRetry = this.#options.clock.after(this.#retryMs, () => this.#retry());
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #leaveTrouble(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    this.#cancelRetry();
    this.#options.log.info({}, 'the file of jobs is written again; all of them are on disk');
  }

  #retry(): void {
    if (this.#isClosed || this.#batch !== undefined) return;
    this.#batch = new Batch({ isRewrite: true });
    this.#writing ??= this.#writeAll();
  }

  /**
   * A lock file that was removed with its directory comes back with it; one that another process holds does not.
   * Nor does a whole state dir: whoever removed it is done with the project.
   */
  async #regainLock(): Promise<void> {
    try {
      this.#lock?.assertHeld();
    } catch {
      await this.#lock?.release();
      const { file, uid, log } = this.#options;
      const directory = path.dirname(file);
      try {
        await fs.access(path.dirname(directory));
        await ensurePrivateDirectory(directory, { uid });
        await this.#takeLock(0);
      } catch (error) {
        log.warn({ err: error }, 'the lock of the job queue could not be taken again');
      }
    }
  }

  async #takeLock(timeoutMs: number): Promise<void> {
    this.#lock = await acquireLock(this.#lockFile, { purpose: 'the job queue', record: false, timeoutMs });
  }
}

/** Only a server of the same project takes it. One whose own lock file was deleted keeps it until it notices that and ends. */
const LOCK_WAIT_MS = 10_000;
