import { indexRequestSchema, type Job } from '@agent-brain/contract/jobs';
import { expect, test } from 'vitest';
import { JobFeed } from './job-feed.ts';
import { newJob } from './job-record.ts';

const jobRecord = (changes: Partial<Job>): Job => ({
  ...newJob(
    { operation: 'index', folder: '/p', request: indexRequestSchema.parse({ folder_path: '.' }) },
    'job_000000000001',
    'p_00000000',
    0,
  ),
  ...changes,
});

const numbers = (feed: JobFeed, position: string) => feed.after(position)?.map(({ job }) => job.total_documents);
const fill = (feed: JobFeed, from: number, to: number) => {
  for (let n = from; n <= to; n += 1) feed.publish(jobRecord({ status: 'running', total_documents: n }));
};

test('gives the events after a position, in order and once', () => {
  const feed = new JobFeed('abc', 4);
  const start = feed.position;
  expect(feed.after(start)).toEqual([]);
  fill(feed, 1, 3);
  expect(numbers(feed, start)).toEqual([1, 2, 3]);
  const [first] = feed.after(start) ?? [];
  expect(numbers(feed, first?.id as string)).toEqual([2, 3]);
  expect(feed.after(feed.position)).toEqual([]);
});

test('says that it does not know when events were dropped, or belong to another process', () => {
  const feed = new JobFeed('abc', 4);
  const start = feed.position;
  fill(feed, 1, 5);
  expect(feed.after(start)).toBeUndefined();
  expect(numbers(feed, 'abc-1')).toEqual([2, 3, 4, 5]);
  for (const position of ['other-3', 'abc-9', 'abc', 'abc-x', '', '-', 'abc--1', 'abc-1e1'])
    expect([position, feed.after(position)]).toEqual([position, undefined]);
});

test('names an event after the state of its job', () => {
  const feed = new JobFeed('abc');
  const start = feed.position;
  for (const status of ['queued', 'running', 'completed', 'failed', 'cancelled'] as const) feed.publish(jobRecord({ status }));
  expect(feed.after(start)?.map(({ type }) => type)).toEqual(['progress', 'progress', 'completed', 'failed', 'cancelled']);
});

test('tells its listeners, until they leave', () => {
  const feed = new JobFeed('abc');
  let heard = 0;
  const leave = feed.subscribe(() => (heard += 1));
  fill(feed, 1, 2);
  leave();
  fill(feed, 3, 3);
  expect(heard).toBe(2);
});
