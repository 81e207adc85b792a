import { tools } from '@agent-brain/contract/tools';
import { expect, test } from 'vitest';
import type { Connection } from '../connection/index.ts';
import { status } from './status-tools.ts';

test('the state of an instance of an earlier version, which tells less, is an answer and no fault', async () => {
  const standing = {
    total_documents: 3,
    total_chunks: 7,
    last_indexed_at: null,
    index: { state: 'ready', generation: 1, bytes: 1 },
    indexing_in_progress: false,
    progress_percent: null,
    running_job_id: null,
    queued_jobs_count: 0,
    watcher: { state: 'off' },
  };
  const connection = {
    scope: {},
    outlook: () => Promise.resolve({ projectRoot: '/p', isServed: true }),
    call: (route: string) => Promise.resolve(route === 'status' ? standing : { folders: [] }),
  } as unknown as Connection;
  const { structured, text } = await status({}, { connection, signal: new AbortController().signal, onProgress: () => {} });
  expect(tools.status.output.safeParse(structured).error).toBeUndefined();
  expect(text).not.toMatch(/undefined|NaN/);
});
