import fs from 'node:fs';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { beforeEach, expect, test } from 'vitest';
import { findInstance, locateProject, type Mode, type ProjectLocation } from '../discovery/index.ts';
import { isAlive, served } from './fixtures/served-project.ts';
import { discoverOrStart, stopDaemon, stopInstance } from './index.ts';

// Elsewhere no system shows which files a process has open; there a process ends at its own next look.
beforeEach((context) => requirePlatform(context, 'linux'));

const stateOf = async (location: ProjectLocation) => (await findInstance(location)).state;

test('a daemon whose home was removed is named to those who ask, and ends when its project is stopped', async () => {
  const { home, pid, location, root } = await served('shared');
  fs.rmSync(home, { recursive: true });
  expect(await findInstance(location)).toMatchObject({
    state: 'unresponsive',
    pid,
    lostHome: home,
    error: { code: 'INSTANCE_UNRESPONSIVE', message: expect.stringContaining(`its home ${home} was removed`) },
  });
  expect(await stopInstance(location)).toMatchObject({
    was_running: true,
    pid,
    project_root: root,
    notes: [expect.stringContaining('lost')],
  });
  expect([await isAlive(pid), await stateOf(location), fs.existsSync(home)]).toEqual([false, 'stopped', false]);
});

test('a daemon whose home was removed ends when the daemon is stopped', async () => {
  const { home, pid } = await served('shared');
  fs.rmSync(home, { recursive: true });
  expect(await stopDaemon(daemonPaths(home))).toMatchObject({ was_running: true, pid, notes: [expect.stringContaining(`Process ${pid}`)] });
  expect(await isAlive(pid)).toBe(false);
  expect(await stopDaemon(daemonPaths(home))).toMatchObject({ was_running: false, pid: null, notes: [] });
  expect(fs.existsSync(home)).toBe(false);
});

test.each<Mode>(['shared', 'project'])('a start in mode %s does not wait for the daemon whose home was removed', async (mode) => {
  const { root, home, pid, environment } = await served('shared');
  fs.rmSync(home, { recursive: true });
  const next = await discoverOrStart(root, { environment, mode });
  expect([next.mode, next.pid !== pid, await isAlive(pid)]).toEqual([mode, true, false]);
});

test('whoever has another home is told whose daemon serves the project, and does not follow the record there', async () => {
  const { home, environment } = await served('shared');
  const other = { ...environment, env: { ...environment.env, AGENT_BRAIN_HOME: `${home} of another shell` } };
  await expect(findInstance(await locateProject(other))).rejects.toMatchObject({
    code: 'STATE_DIR_UNSAFE',
    hint: expect.stringContaining(`"${home}"`),
  });
});

test('a project whose pointer was damaged is found with the daemon that holds its lock, and is taken from it', async () => {
  const { pid, location, root } = await served('shared');
  fs.rmSync(location.paths.runtimeFile);
  fs.mkdirSync(location.paths.runtimeFile);
  expect(await findInstance(location)).toMatchObject({ state: 'running', instance: { pid, mode: 'shared', projectRoot: root } });
  expect(await stopInstance(location)).toMatchObject({ was_running: true, method: 'unregister' });
  expect([await isAlive(pid), await stateOf(location)]).toEqual([true, 'stopped']);
});

test('an instance whose state dir was removed ends when the project is stopped', async () => {
  const { pid, location } = await served('project');
  fs.rmSync(location.paths.stateDir, { recursive: true });
  expect(await stateOf(location)).toBe('stopped');
  expect(await stopInstance(location)).toMatchObject({ was_running: true, pid, method: 'signal' });
  expect([await isAlive(pid), fs.existsSync(location.paths.stateDir)]).toEqual([false, false]);
});
