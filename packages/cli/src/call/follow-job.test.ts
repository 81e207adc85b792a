import type { Job } from '@agent-brain/contract/jobs';
import type { ApiClient } from '@agent-brain/client/api';
import { expect, test } from 'vitest';
import { Terminal } from '../terminal/index.ts';
import { type Call, followJob } from './index.ts';

/** A client whose job tells of these states, one event each, and then stays as it is. */
function clientOf(states: Partial<Job>[], onLook: () => void = () => undefined): ApiClient {
  async function* stream(): AsyncGenerator<{ job: Partial<Job> }> {
    for (const job of states) {
      onLook();
      yield { job };
    }
  }
  return { stream, call: async () => states.at(-1) } as unknown as ApiClient;
}

function callOf(signal: AbortSignal, isTTY = false): { call: Call; stderr: () => string } {
  let text = '';
  const sink = { write: (part: string) => (text += part), isTTY, columns: 100 };
  const terminal = new Terminal({ stdout: sink, stderr: sink, stdinIsTTY: false, env: {} });
  return { call: { terminal, signal } as unknown as Call, stderr: () => text };
}

const progress = (files_done: number): Job['progress'] => ({
  phase: 'indexing',
  files_done,
  files_total: 4,
  chunks_done: 0,
  bytes_done: 0,
  current_file: 'src/\u001b[2Ja.ts',
  updated_at: '2026-01-01T00:00:00Z',
});

test('shows the place in the queue, then files done of all, then clears the line', async () => {
  const { call, stderr } = callOf(new AbortController().signal, true);
  const client = clientOf([{ status: 'queued', queue_position: 2 }, { status: 'running', progress: progress(2) }, { status: 'completed' }]);
  await expect(followJob(client, 'job_0', call)).resolves.toMatchObject({ status: 'completed' });
  expect(stderr()).toContain('waiting  place 2 in the queue');
  expect(stderr()).toMatch(/indexing {2}█+░+ {2}50 % {2}2\/4 files {2}src\/\\x1b\[2Ja\.ts/);
  expect(stderr()).toMatch(/\r\u001b\[2K$/);
});

test('says that the job goes on when the person leaves, and leaves it alone', async () => {
  const controller = new AbortController();
  const { call, stderr } = callOf(controller.signal);
  const leaving = new Error('Ctrl-C');
  const client = clientOf([{ status: 'running', progress: progress(1) }], () => controller.abort(leaving));
  await expect(followJob(client, 'job_0', call)).rejects.toBe(leaving);
  expect(stderr()).toMatch(/The job job_0 goes on\. `agent-brain jobs job_0 --watch` follows it\.\n$/);
});
