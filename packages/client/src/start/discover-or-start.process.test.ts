import fs from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import type { Environment } from '@agent-brain/runtime/project';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { discover, locateProject } from '../discovery/index.ts';
import { discoverOrStart, stopDaemon, stopInstance } from './index.ts';

function environmentOf(home: string): Environment {
  const env = { PATH: process.env['PATH'], AGENT_BRAIN_HOME: home, AGENT_BRAIN_TEST_SUITE: process.env['AGENT_BRAIN_TEST_SUITE'] };
  return { env, cwd: home, homedir: home, uid: process.getuid?.() ?? -1, platform: process.platform };
}

test('a program finds, starts and asks the instance of a project, from any folder of it, and its token shows nowhere', async () => {
  const directory = temporaryDirectory();
  const root = path.join(directory, 'project');
  fs.mkdirSync(path.join(root, 'deep', 'er'), { recursive: true });
  fs.writeFileSync(path.join(root, 'package.json'), '{}');
  const environment = environmentOf(path.join(directory, 'home'));
  const deep = path.join(root, 'deep', 'er');

  expect(await discover(deep, { environment })).toBeNull();
  const [first, second] = await Promise.all([discoverOrStart(deep, { environment }), discoverOrStart(root, { environment })]);
  onTestFinished(async () => void (await stopInstance(await locateProject(environment, { start: root }))));
  expect(second.instanceId).toBe(first.instanceId);
  expect(await discover(root, { environment })).toMatchObject({ instanceId: first.instanceId, projectRoot: root, pid: first.pid });
  expect(await first.connect().call('status', { query: {} })).toMatchObject({ project_root: root });

  const { token } = JSON.parse(fs.readFileSync(path.join(root, '.claude', 'agent-brain', 'runtime.json'), 'utf8')) as { token: string };
  expect(`${inspect(first, { depth: 9, showHidden: true })}${JSON.stringify(first)}`).not.toContain(token);
});

test('a program has two projects served by one user daemon, and each answers for itself', async () => {
  const directory = temporaryDirectory();
  const environment = environmentOf(path.join(directory, 'home'));
  const roots = ['läden', 'zwei teile'].map((name) => path.join(directory, name));
  for (const root of roots) {
    fs.mkdirSync(root, { recursive: true });
    fs.writeFileSync(path.join(root, 'package.json'), '{}');
  }
  const daemon = daemonPaths(path.join(directory, 'home'));
  onTestFinished(async () => void (await stopDaemon(daemon)));
  const [one, other] = await Promise.all(roots.map((root) => discoverOrStart(root, { environment, mode: 'shared' })));
  expect([one?.pid, one?.mode, other?.mode]).toEqual([other?.pid, 'shared', 'shared']);
  for (const [index, instance] of [one, other].entries()) {
    expect(await instance?.connect().call('status', { query: {} })).toMatchObject({ mode: 'shared', project_root: roots[index] });
    expect(await discover(roots[index] ?? '', { environment })).toMatchObject({ projectId: instance?.projectId, mode: 'shared' });
  }
  expect(one?.projectId).not.toBe(other?.projectId);
  const location = await locateProject(environment, { start: roots[0] });
  expect(await stopInstance(location)).toMatchObject({ was_running: true, method: 'unregister', pid: null });
  expect(await discover(roots[0] ?? '', { environment })).toBeNull();
  expect(await discover(roots[1] ?? '', { environment })).toMatchObject({ pid: other?.pid });
  // A registration that the client does not know to be gone is an error that says what to do.
  await expect(one?.connect().call('status', { query: {} })).rejects.toMatchObject({ code: 'PROJECT_UNKNOWN' });

  const { token } = JSON.parse(fs.readFileSync(daemon.runtimeFile, 'utf8')) as { token: string };
  expect(`${inspect(other, { depth: 9, showHidden: true })}${JSON.stringify(other)}`).not.toContain(token);
});
