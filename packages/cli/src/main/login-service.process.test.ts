import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { DaemonServiceResult } from '@agent-brain/contract/commands';
import { findProgram, requirePlatform } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { TestUser } from '../fixtures/index.ts';

beforeEach((context) => requirePlatform(context, 'linux'));

const act = (user: TestUser, ...args: string[]): Promise<DaemonServiceResult> =>
  user.json<DaemonServiceResult>(['daemon', ...args], { cwd: user.homedir });

const everything = (user: TestUser): string[] => fs.readdirSync(user.homedir, { recursive: true, encoding: 'utf8' }).toSorted();

test('start at login is shown, switched on, found outdated, mended and switched off without a trace', async () => {
  const user = new TestUser();
  const before = everything(user);
  const printed = await user.run(['daemon', 'enable', '--print'], { cwd: user.homedir });
  expect([await act(user), everything(user)]).toEqual([expect.objectContaining({ state: 'disabled', changed: false }), before]);

  const enabled = await act(user, 'enable');
  expect(enabled).toMatchObject({ state: 'enabled', changed: true, manager: 'systemd' });
  expect(fs.readFileSync(enabled.file, 'utf8')).toBe(printed.stdout);
  expect(fs.realpathSync(enabled.link as string)).toBe(enabled.file);
  if (findProgram('systemctl') !== undefined) {
    const env = { ...user.env(), XDG_RUNTIME_DIR: user.directory };
    expect(execFileSync('systemctl', ['--user', 'is-enabled', path.basename(enabled.file)], { env, encoding: 'utf8' }).trim()).toBe(
      'enabled',
    );
  }
  expect(await act(user, 'enable')).toMatchObject({ state: 'enabled', changed: false });

  fs.writeFileSync(enabled.file, printed.stdout.replace(/"serve"/, '"serve" "--port" "1"'));
  expect(await act(user)).toMatchObject({ state: 'outdated' });
  expect(await act(user, 'enable')).toMatchObject({ state: 'enabled', changed: true });
  fs.rmSync(enabled.link as string);
  expect(await act(user)).toMatchObject({ state: 'outdated' });

  expect(await act(user, 'disable')).toMatchObject({ state: 'disabled', changed: true });
  expect(await act(user, 'disable')).toMatchObject({ state: 'disabled', changed: false });
  expect(everything(user).filter((name) => name.includes('agent-brain.service') || name.includes('wants'))).toEqual([]);
});

test('uninstall lists the start at login and takes it out', async () => {
  const user = new TestUser();
  const { file, link } = await act(user, 'enable');
  const { removed } = await user.json<{ removed: { path: string }[] }>(['uninstall', '--yes'], { cwd: user.homedir });
  expect(removed.map((removal) => removal.path)).toContain(file);
  expect([file, link as string].filter((made) => fs.lstatSync(made, { throwIfNoEntry: false }) !== undefined)).toEqual([]);
});

test('what the unit runs is the daemon of this home', async () => {
  const user = new TestUser();
  const { command, home } = await act(user, 'enable');
  const [node, ...args] = command as [string, ...string[]];
  const child = spawn(node, args, { cwd: '/', env: user.env(), stdio: 'ignore' });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await waitUntil('the daemon has published its record', () => fs.existsSync(path.join(home, 'runtime.json')));
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('a unit of the same name that somebody else wrote is neither changed nor removed', async () => {
  const user = new TestUser();
  const { file } = await act(user);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, '[Unit]\n');
  expect(await act(user)).toMatchObject({ state: 'foreign' });
  expect(await user.problem(['daemon', 'enable'], { cwd: user.homedir })).toMatchObject({ code: 'LOGIN_SERVICE_FOREIGN', exit: 3 });
  expect(fs.readFileSync(file, 'utf8')).toBe('[Unit]\n');
  fs.rmSync(file);
  fs.symlinkSync('/dev/null', file); // how systemd masks a unit
  expect(await user.problem(['daemon', 'disable'], { cwd: user.homedir })).toMatchObject({ code: 'LOGIN_SERVICE_FOREIGN', exit: 3 });
  expect(fs.readlinkSync(file)).toBe('/dev/null');
});
