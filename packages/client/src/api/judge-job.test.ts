import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';
import { expect, test } from 'vitest';
import { requireCompleted, sameJobOf } from './judge-job.ts';

test.each([
  [{ status: 'failed', error: { code: 'INDEX_DISK_LIMIT', message: 'the index has 9 GiB' } }, 'INDEX_DISK_LIMIT', 'the index has 9 GiB'],
  [{ status: 'failed', error: { code: 'OF_A_LATER_VERSION', message: 'oops' } }, 'JOB_FAILED', 'oops'],
  [{ status: 'cancelled', error: null }, 'JOB_CANCELLED', 'The job job_0 was cancelled'],
] as const)('a job that ended as %j is an error of its own code', (end, code, message) => {
  expect(() => requireCompleted({ id: 'job_0', ...end } as Job)).toThrow(
    expect.objectContaining({ code, message, data: { job_id: 'job_0' } }),
  );
});

test('a job that completed is handed on', () => {
  const job = { status: 'completed', error: null } as Job;
  expect(requireCompleted(job)).toBe(job);
});

test('only a duplicate with the same options names the job to follow instead', () => {
  const duplicate = (data: Record<string, unknown>): AgentBrainError => new AgentBrainError('JOB_DUPLICATE', 'queued', { data });
  expect(sameJobOf(duplicate({ job_id: 'job_0', options_differ: false }))).toBe('job_0');
  expect(sameJobOf(duplicate({ job_id: 'job_0', options_differ: true }))).toBeUndefined();
  expect(sameJobOf(duplicate({ options_differ: false }))).toBeUndefined();
  expect(sameJobOf(new AgentBrainError('QUEUE_FULL', 'full', { data: { job_id: 'job_0', options_differ: false } }))).toBeUndefined();
  expect(sameJobOf(new Error('else'))).toBeUndefined();
});
