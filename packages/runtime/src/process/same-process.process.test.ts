import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { requireNamespaces, requirePlatform, requireRoot } from '@agent-brain/test-harness/requirements';
import { expect, test } from 'vitest';
import {
  identifyProcess,
  isSameProcess,
  type ProcessTable,
  type RecordedProcess,
  selfIdentity,
  signalVerified,
  UNKNOWN_START,
  waitUntilGone,
} from './index.ts';
import { startChild } from './process-table.contract.ts';

async function recorded(pid: number | undefined): Promise<RecordedProcess> {
  const found = await identifyProcess(pid as number);
  if (found === null || found === 'unknown') throw new Error(`process ${pid} is ${found}`);
  return { pid: found.pid, process_started_at: found.startedAt };
}

test('this process is itself', async () => {
  const { pid, startedAt } = await selfIdentity();
  expect(pid).toBe(process.pid);
  expect(await isSameProcess({ pid, process_started_at: startedAt })).toBe('same');
});

test.each([
  ['/p/.claude/agent-brain', '--state-dir /p/.claude/agent-brain', 'same'],
  ['/p/.claude/agent-brain', '--state-dir=/p/.claude/agent-brain', 'same'],
  ['/p/.claude/agent-brain', '--state-dir /p/.claude/agent-brain-2', 'other'],
  ['/p/.claude/agent-brain', '--state-dir /q/p/.claude/agent-brain', 'other'],
])('a process is ours by the marker %s when started with %s: %s', async (marker, args, sameness) => {
  const record = await recorded((await startChild(args)).pid);
  expect(await isSameProcess(record, { marker })).toBe(sameness);
});

test('a process of another user is another one', async () => {
  expect(await isSameProcess(await recorded(process.pid), { uid: 4_000_000 })).toBe('other');
});

test('a process with another start time is another one and is not signalled', async () => {
  const child = await startChild('');
  const record = { pid: child.pid as number, process_started_at: 'another boot:1' };
  expect(await isSameProcess(record)).toBe('other');
  await expect(signalVerified(record, 'SIGKILL')).rejects.toMatchObject({ code: 'PROCESS_NOT_VERIFIED' });
  expect(await identifyProcess(record.pid)).not.toBeNull();
});

test('unknown is neither gone nor ours, and is not signalled', async () => {
  const child = await startChild('');
  const record = await recorded(child.pid);
  const blind: ProcessTable = { identify: async () => 'unknown', list: async () => [], isSuspended: async () => false };
  expect(await isSameProcess(record, { table: blind })).toBe('unknown');
  expect(await isSameProcess({ ...record, process_started_at: UNKNOWN_START })).toBe('unknown');
  await expect(signalVerified(record, 'SIGKILL', { table: blind })).rejects.toMatchObject({ code: 'PROCESS_NOT_VERIFIED' });
  expect(await waitUntilGone(record, { timeoutMs: 0, table: blind })).toBe(false);
});

test('a verified process is signalled, and afterwards it is gone', async () => {
  const child = await startChild('--state-dir /p/s');
  const record = await recorded(child.pid);
  const exited = once(child, 'exit');
  expect(await waitUntilGone(record, { timeoutMs: 0 })).toBe(false);
  expect(await signalVerified(record, 'SIGTERM', { marker: '/p/s' })).toBe(true);
  expect(await waitUntilGone(record, { timeoutMs: 10_000 })).toBe(true);
  await exited;
  expect(await isSameProcess(record)).toBe('gone');
  expect(await signalVerified(record, 'SIGTERM')).toBe(false);
});

test.each([0, -1, 1, process.pid])('pid %s is never signalled', async (pid) => {
  const agreeable: ProcessTable = {
    identify: async () => ({ pid, startedAt: 's', argv: [], uid: process.getuid?.() ?? -1 }),
    list: async () => [],
    isSuspended: async () => false,
  };
  await expect(signalVerified({ pid, process_started_at: 's' }, 'SIGTERM', { table: agreeable })).rejects.toMatchObject({
    code: 'PROCESS_NOT_VERIFIED',
  });
});

test('a pid that was given out again is another process', (context) => {
  requirePlatform(context, 'linux');
  requireRoot(context);
  requireNamespaces(context);
  const fixture = path.join(import.meta.dirname, 'fixtures/reuse-a-pid.ts');
  const output = execFileSync('unshare', ['--pid', '--fork', '--mount-proc', process.execPath, fixture], { encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ samePid: true, sameness: 'other', signal: 'PROCESS_NOT_VERIFIED', newcomerLives: true });
});
