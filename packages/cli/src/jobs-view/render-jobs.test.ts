import { indexRequestSchema, type Job, type JobList } from '@agent-brain/contract/jobs';
import { expect, test } from 'vitest';
import type { View } from '../render/index.ts';
import { renderJobDetail, renderJobs } from './index.ts';

const view: View = { style: (_format, text) => text, now: new Date('2026-01-01T00:01:00.000Z'), verbose: false, columns: 90 };
const at = '2026-01-01T00:00:00.000Z';

const job = (changes: Partial<Job>): Job => ({
  schema_version: 1,
  id: 'job_000000000001',
  status: 'queued',
  folder_path: '/p/docs',
  operation: 'index',
  request: indexRequestSchema.parse({ folder_path: 'docs' }),
  dedupe_key: 'folder:/p/docs',
  created_at: at,
  started_at: null,
  completed_at: null,
  error: null,
  attempts: 0,
  progress: { phase: 'waiting', files_done: 0, files_total: 0, chunks_done: 0, bytes_done: 0, current_file: null, updated_at: at },
  progress_percent: 0,
  total_documents: 0,
  processed_documents: 0,
  total_chunks: 0,
  stats: null,
  ...changes,
});

const listOf = (jobs: Job[], total = jobs.length): JobList => {
  const count = (status: Job['status']) => jobs.filter((one) => one.status === status).length;
  return {
    jobs,
    total,
    queued_count: count('queued'),
    running_count: count('running'),
    completed_count: count('completed'),
    failed_count: count('failed'),
    cancelled_count: count('cancelled'),
  };
};

test('the table shows what each job is about, and the sums', () => {
  const text = renderJobs(
    listOf(
      [
        job({ status: 'running', progress_percent: 37.4, eta_s: 12 }),
        job({ id: 'job_000000000002', queue_position: 1 }),
        job({ id: 'job_000000000003', status: 'failed', error: { code: 'DISK_FULL', message: 'no space' } }),
        job({ id: 'job_000000000004', status: 'completed', total_documents: 1234 }),
      ],
      9,
    ),
    view,
  );
  expect(text.split('\n')).toEqual([
    'ID                STATUS     FOLDER   PROGRESS         CREATED',
    'job_000000000001  running    /p/docs  37 %, 12 s left  1 min ago',
    'job_000000000002  queued     /p/docs  place 1          1 min ago',
    'job_000000000003  failed     /p/docs  DISK_FULL        1 min ago',
    'job_000000000004  completed  /p/docs  1,234 files      1 min ago',
    '1 running, 1 queued, 1 completed, 1 failed; 5 not shown (--limit)',
  ]);
});

test('a long folder keeps its end, an empty list names the next step, and nothing steers the terminal', () => {
  const folder = `/p/${'deep/'.repeat(30)}end\u001b[2J`;
  const [, row = ''] = renderJobs(listOf([job({ folder_path: folder })]), view).split('\n');
  expect(row).toMatch(/ …(?:eep\/)?.*end\\x1b\[2J {2}place 1/);
  expect(row.length).toBeLessThanOrEqual(90);
  expect(renderJobs(listOf([job({ folder_path: folder })]), { ...view, verbose: true })).toContain('/p/deep/deep');
  expect(renderJobs(listOf([]), view)).toBe('No jobs. Next: agent-brain index');
});

test('a job in detail says why it waits, why it failed, and whether the disk has it', () => {
  const retry = { attempt: 2, code: 'X', message: 'The provider answers 429', next_at: at };
  const text = renderJobDetail(
    job({ status: 'running', started_at: at, attempts: 1, persisted: false, progress: { ...job({}).progress, phase: 'indexing', retry } }),
    view,
  );
  expect(text).toMatch(/^job_000000000001 {2}running\n/);
  for (const line of [/retry +2 at .*: The provider answers 429/, /crashes +1/, /on disk +no, in memory only/]) expect(text).toMatch(line);
  expect(renderJobDetail(job({ status: 'failed', error: { code: 'JOB_TIMEOUT', message: 'Job timed out after 2 hours' } }), view)).toMatch(
    /error +JOB_TIMEOUT: Job timed out after 2 hours/,
  );
  const ended = job({ status: 'completed', progress_percent: 100, progress: { ...job({}).progress, phase: 'finishing' } });
  expect(renderJobDetail(ended, view)).toMatch(/progress +100 %, 0 of 0 files/);
});

test('a job over a limit is paused, and says over which', () => {
  const retry = { attempt: 7, code: 'MEMORY_LIMIT', message: 'Indexing pauses — the process uses 2 MiB of the allowed 1', next_at: at };
  const paused = job({ status: 'running', progress: { ...job({}).progress, phase: 'indexing', retry } });
  expect(renderJobs(listOf([paused]), view)).toContain('  paused  ');
  expect(renderJobDetail(paused, view)).toMatch(
    /paused +until .*, MEMORY_LIMIT: Indexing pauses — the process uses 2 MiB of the allowed 1/,
  );
});
