import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { StartResult, StatusResult, StopResult } from '@agent-brain/contract/commands';
import type { QueryResponse } from '@agent-brain/contract/query';
import { identifyProcess } from '@agent-brain/runtime/process';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, test } from 'vitest';
import { artifacts, stateFile, TestUser } from '../fixtures/index.ts';

// The first-run checklist of the contract (instances, T051), by the real program.

beforeEach((context) => requireProgram(context, 'git'));

test('a project goes from nothing to an answer and back, and git sees only what may be committed', async () => {
  const user = new TestUser();
  const root = user.project('one', {
    'src/lock.ts': 'export function acquireLock(file: string) {\n  return open(file);\n}\n',
    'docs/guide.md': '# Guide\n\nHow to acquire a lock.\n',
  });
  const deep = path.join(root, 'src');

  await user.json(['init'], { cwd: deep });
  expect(JSON.parse(fs.readFileSync(stateFile(root, 'config.json'), 'utf8'))).toEqual({});

  const started = await user.json<StartResult>(['start'], { cwd: deep });
  const record = JSON.parse(fs.readFileSync(stateFile(root, 'runtime.json'), 'utf8')) as { port: number; pid: number; token: string };
  expect(started).toMatchObject({
    started: true,
    project_root: root,
    instance: { url: `http://127.0.0.1:${record.port}`, pid: record.pid },
  });
  expect(JSON.stringify(started)).not.toContain(record.token);
  expect(await user.json(['start'], { cwd: root })).toMatchObject({ started: false, instance: { pid: record.pid } });

  await user.json(['index'], { cwd: root });
  const answer = await user.json<QueryResponse>(['query', 'acquireLock'], { cwd: deep });
  expect(answer.results[0]).toMatchObject({ path: 'src/lock.ts', start_line: 1 });
  const status = await user.json<StatusResult>(['status'], { cwd: deep });
  expect(status).toMatchObject({ running: true, project_root: root, index: { total_documents: 2 } });
  const seen = execFileSync('git', ['status', '--porcelain', '--untracked-files=all', '.claude'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(seen).toEqual(['?? .claude/agent-brain/config.json']);

  expect(await user.json<StopResult>(['stop'], { cwd: deep })).toMatchObject({ was_running: true, pid: record.pid, method: 'request' });
  expect(artifacts(root)).toEqual([]);
  expect(await identifyProcess(record.pid)).toBeNull();
  expect(await user.json(['status'], { cwd: root })).toMatchObject({ running: false, state: 'stopped', instance: null });
  expect(await user.json(['stop'], { cwd: root })).toMatchObject({ was_running: false, method: 'none' });
});

test('two projects run at once on ports of their own, and no answer of one is of the other', async () => {
  const user = new TestUser();
  const roots = ['red', 'blue'].map((name) => user.project(name, { [`${name}.md`]: `# ${name}\n\nThe marmalade of ${name}.\n` }));
  const started = await Promise.all(roots.map((cwd) => user.json<StartResult>(['start'], { cwd })));
  expect(new Set(started.map(({ instance }) => instance.url)).size).toBe(2);
  for (const [index, cwd] of roots.entries()) {
    await user.json(['index'], { cwd });
    const { results } = await user.json<QueryResponse>(['query', 'marmalade'], { cwd });
    expect(results.map((result) => result.path)).toEqual([index === 0 ? 'red.md' : 'blue.md']);
  }
  const listed = await user.json<{ instances: { project_root: string; state: string }[] }>(['list']);
  expect(listed.instances.map(({ project_root, state }) => [project_root, state])).toEqual([
    [roots[1], 'running'],
    [roots[0], 'running'],
  ]);
});

test('a crashed instance is started anew without a manual step, with its index', async () => {
  const user = new TestUser();
  const cwd = user.project('crash');
  const { instance } = await user.json<StartResult>(['start'], { cwd });
  await user.json(['index'], { cwd });
  process.kill(instance.pid, 'SIGKILL');
  await waitUntil('the process is gone', async () => (await identifyProcess(instance.pid)) === null);
  expect(fs.existsSync(stateFile(cwd, 'runtime.json'))).toBe(true);
  expect(await user.json(['status'], { cwd })).toMatchObject({ running: false });
  const again = await user.json<StartResult>(['start'], { cwd });
  expect(again).toMatchObject({ started: true });
  expect(again.instance.pid).not.toBe(instance.pid);
  expect((await user.json<QueryResponse>(['query', 'locks'], { cwd })).results).toHaveLength(1);
});
