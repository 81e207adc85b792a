/** Shown in the API description; a test holds each against its schema. */
const finished = '2026-01-05T09:30:04.512Z';

export const jobExample = {
  schema_version: 1,
  id: 'job_5f0c19aa3b21',
  status: 'completed',
  folder_path: '/home/ada/engine/docs',
  operation: 'index',
  project_id: 'p_1c9f3a07',
  request: { folder_path: 'docs', include_code: true, recursive: true, force: false, allow_external: false },
  dedupe_key: 'folder:/home/ada/engine/docs',
  created_at: '2026-01-05T09:30:00.000Z',
  started_at: '2026-01-05T09:30:00.021Z',
  completed_at: finished,
  error: null,
  attempts: 0,
  progress: {
    phase: 'finishing',
    files_done: 214,
    files_total: 214,
    chunks_done: 1630,
    bytes_done: 2_403_118,
    current_file: null,
    updated_at: finished,
  },
  progress_percent: 100,
  total_documents: 214,
  processed_documents: 214,
  total_chunks: 1630,
  stats: {
    added: 9,
    changed: 3,
    removed: 1,
    unchanged: 202,
    skipped: [{ path: 'docs/film.mp4', reason: 'binary' }],
    skipped_count: { binary: 1 },
    duration_ms: { walk: 310, index: 3904, finish: 277, total: 4491 },
  },
} as const;

export const runningJobExample = {
  ...jobExample,
  id: 'job_77ab02cd91ef',
  status: 'running',
  completed_at: null,
  progress: {
    ...jobExample.progress,
    phase: 'indexing',
    files_done: 80,
    chunks_done: 611,
    bytes_done: 900_211,
    current_file: 'docs/guide.md',
  },
  progress_percent: 37.3,
  processed_documents: 80,
  total_chunks: 611,
  stats: null,
  eta_s: 2.6,
} as const;

/** With the values of all defaults, so that it is an example of the validated request as well. */
export const indexRequestExample = {
  folder_path: '.',
  exclude: ['**/archive/**'],
  include_code: true,
  recursive: true,
  force: false,
  allow_external: false,
} as const;

export const jobAcceptedExample = {
  job_id: jobExample.id,
  status: 'queued',
  queue_position: 2,
  queue_length: 2,
  message: '/home/ada/engine/docs will be indexed (2 of 2 in the queue)',
} as const;

export const jobListExample = {
  jobs: [runningJobExample, jobExample],
  total: 2,
  queued_count: 0,
  running_count: 1,
  completed_count: 1,
  failed_count: 0,
  cancelled_count: 0,
} as const;
