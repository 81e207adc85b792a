import { randomBytes } from 'node:crypto';
import type { IndexRequest, IndexStats, Job, JobStatus } from '@agent-brain/contract/jobs';
import type { IndexProgress } from '@agent-brain/search/engine';
import { noProgress } from '../job-store/index.ts';
import type { Retry } from './retry-transient.ts';

/** What a caller asks the queue for. `folder` is canonical: absolute, links resolved. */
export interface JobSubmission {
  readonly operation: Job['operation'];
  readonly folder: string;
  readonly request: IndexRequest;
}

export type TerminalStatus = Extract<JobStatus, 'completed' | 'failed' | 'cancelled'>;

export const newJobId = (): string => `job_${randomBytes(6).toString('hex')}`;

/**
 * A folder has at most one job waiting or running, whatever its operation: two of them would leave
 * the index in a state that depends on which caller was faster. What is about the whole index is its own key.
 */
export const dedupeKey = (submission: JobSubmission): string =>
  submission.operation === 'reset' || submission.operation === 'repair' ? submission.operation : `folder:${submission.folder}`;

export function newJob(submission: JobSubmission, id: string, projectId: string, nowMs: number): Job {
  return {
    schema_version: 1,
    id,
    status: 'queued',
    folder_path: submission.folder,
    operation: submission.operation,
    project_id: projectId,
    request: submission.request,
    dedupe_key: dedupeKey(submission),
    created_at: isoTime(nowMs),
    started_at: null,
    completed_at: null,
    error: null,
    attempts: 0,
    stats: null,
    ...noProgress(nowMs),
  };
}

/** Whether a submission wants work that the job does not do; one that takes every file anew does all that another would. */
export function optionsDiffer(job: Job, submission: JobSubmission): boolean {
  const wanted = { ...submission.request, force: submission.request.force || job.request.force };
  return job.operation !== submission.operation || options(job.request) !== options(wanted);
}

/** The folder's spelling and the project are not options: they are canonical elsewhere. */
function options(request: IndexRequest): string {
  const { folder_path: _folder, project_id: _project, ...rest } = request;
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The percentage never goes back, and 100 is for completed jobs only. */
export function applyProgress(job: Job, progress: IndexProgress, nowMs: number): void {
  job.progress = {
    phase: progress.phase,
    files_done: progress.filesDone,
    files_total: progress.filesTotal,
    chunks_done: progress.chunksDone,
    bytes_done: progress.bytesDone,
    current_file: progress.currentFile,
    updated_at: isoTime(nowMs),
  };
  job.progress_percent = Math.max(job.progress_percent, percent(progress));
  job.total_documents = progress.filesTotal;
  job.processed_documents = progress.filesDone;
  job.total_chunks = progress.chunksDone;
}

/** Shows why the job waits, and until when; `undefined` when it goes on. */
export function applyRetry(job: Job, retry: Retry | undefined, nowMs: number): void {
  const { retry: _over, ...progress } = job.progress;
  job.progress = { ...progress, updated_at: isoTime(nowMs) };
  if (retry === undefined) return;
  const { attempt, error, nextAtMs } = retry;
  job.progress.retry = { attempt, code: error.code, message: error.message, next_at: isoTime(nextAtMs) };
}

function percent(progress: IndexProgress): number {
  if (progress.phase === 'finishing') return 99;
  if (progress.phase === 'walking' || progress.filesTotal === 0) return 0;
  return Math.min(99, Math.floor((progress.filesDone / progress.filesTotal) * 1000) / 10);
}

/** Below this time a rate says nothing. */
const RATE_MIN_MS = 1_000;

/**
 * Seconds until the files are done, from the rate of the indexing phase so far.
 * @param indexingSinceMs when that phase began
 */
export function etaSeconds(job: Job, indexingSinceMs: number | undefined, nowMs: number): number | undefined {
  const { files_done: done, files_total: total, phase } = job.progress;
  if (indexingSinceMs === undefined || phase !== 'indexing' || done === 0) return undefined;
  const elapsedMs = nowMs - indexingSinceMs;
  if (elapsedMs < RATE_MIN_MS) return undefined;
  return Math.round((elapsedMs / done) * Math.max(0, total - done)) / 1000;
}

/** In lists and in old records; the sums in `skipped_count` stay whole. */
const FEW_EXAMPLES = 10;

export const withFewSkipExamples = (stats: IndexStats | null): IndexStats | null =>
  stats === null || stats.skipped.length <= FEW_EXAMPLES ? stats : { ...stats, skipped: stats.skipped.slice(0, FEW_EXAMPLES) };

export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** Of an ended job that had begun. */
export const durationMs = (job: Job): number | null =>
  job.started_at === null || job.completed_at === null ? null : Date.parse(job.completed_at) - Date.parse(job.started_at);
