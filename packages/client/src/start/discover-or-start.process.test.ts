import fs from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import type { Environment } from '@agent-brain/runtime/project';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { discover, locateProject } from '../discovery/index.ts';
import { discoverOrStart, stopInstance } from './index.ts';

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

test('no program but one of this mode is started', async () => {
  await expect(discoverOrStart('/', { mode: 'shared' })).rejects.toMatchObject({ code: 'MODE_UNAVAILABLE' });
});
