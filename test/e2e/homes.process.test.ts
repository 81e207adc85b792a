import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Machine, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { requireNamespaces, requirePlatform, requireRoot } from '@agent-brain/test-harness/requirements';
import { expect, test } from 'vitest';

const program = path.resolve(import.meta.dirname, '../../packages/cli/bin/agent-brain.js');

/** Names and permissions of everything below a directory, links not followed. */
function modesBelow(directory: string): [string, string][] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name): [string, string] => [name, (statSync(path.join(directory, name)).mode & 0o777).toString(8)])
    .filter(([name]) => !name.startsWith('cache/compile/'))
    .toSorted();
}

test('a user whom the system does not know, without HOME, is told what to set, and works once it is set', async (context) => {
  requirePlatform(context, 'linux');
  requireRoot(context);
  const machine = new Machine({}, { unprivileged: true });
  const root = machine.project('container');
  const own = (file: string): void => chmodSync(file, 0o777);
  [machine.folder, root].forEach(own);
  const nameless = { uid: 54_321, gid: 54_321, cwd: root, encoding: 'utf8' } as const;
  const { HOME: _home, AGENT_BRAIN_HOME: _agentBrainHome, ...env } = machine.environment;

  const version = spawnSync(process.execPath, [program, '--version'], { ...nameless, env });
  expect(version).toMatchObject({ status: 0, stderr: '' });
  const refused = spawnSync(process.execPath, [program, 'status', '--json'], { ...nameless, env });
  expect([refused.status, JSON.parse(refused.stderr)]).toMatchObject([2, { code: 'HOME_NOT_ABSOLUTE' }]);
  const named = { ...env, AGENT_BRAIN_HOME: path.join(machine.folder, 'their home') };
  for (const command of ['start', 'status', 'stop']) {
    const ran = spawnSync(process.execPath, [program, command, '--json'], { ...nameless, env: named });
    expect([command, ran.status, ran.stderr]).toEqual([command, 0, '']);
  }
});

// Built code of a clone has a cache of its own beside it; sources use the one in the home, as the package does.
test.each(['000', '002', '077'])('umask %s opens nothing to others', (umask) => {
  const machine = new Machine({ AGENT_BRAIN_COMPILE_CACHE: '', AGENT_BRAIN_RUN_SOURCES: '1' });
  const root = machine.project('masked');
  const script = 'umask "$1"; shift; for command in init start index stop; do "$@" $command --json || exit 1; done';
  const ran = spawnSync('sh', ['-c', script, 'sh', umask, process.execPath, program], {
    cwd: root,
    env: machine.environment,
    encoding: 'utf8',
  });
  expect(ran).toMatchObject({ status: 0 });
  const isOpen = ([name, mode]: [string, string]): boolean => !/^[67]00$/.test(mode) && !/^(config\.json|\.gitignore)$/.test(name);
  expect(modesBelow(stateDirOf(root)).filter(isOpen)).toEqual([]);
  expect(modesBelow(machine.home).filter(isOpen)).toEqual([]);
  expect(modesBelow(machine.home).map(([name]) => name)).toContain('cache/compile');
});

test('a cache that others can write into is not run from', async () => {
  const machine = new Machine({ AGENT_BRAIN_COMPILE_CACHE: '', AGENT_BRAIN_RUN_SOURCES: '1' });
  mkdirSync(path.join(machine.home, 'cache', 'compile'), { recursive: true, mode: 0o700 });
  chmodSync(path.join(machine.home, 'cache', 'compile'), 0o777);
  await machine.json(machine.folder, ['list']);
  expect(readdirSync(path.join(machine.home, 'cache', 'compile'))).toEqual([]);
});

test('a full disk under the home is named, and no command leaves anything on it', async (context) => {
  requireNamespaces(context);
  const machine = new Machine({ AGENT_BRAIN_COMPILE_CACHE: '', AGENT_BRAIN_RUN_SOURCES: '1' });
  const root = machine.project('full');
  mkdirSync(machine.home, { recursive: true });
  const script = `mount -t tmpfs -o size=64k,mode=700 tmpfs "$1" && head -c 100000 /dev/zero > "$1/fill"
    cd "$2" && "$3" "$4" start --json; echo "code $?"; "$3" "$4" status --json; find "$1" -type f`;
  const ran = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', machine.home, root, process.execPath, program], {
    env: machine.environment,
    encoding: 'utf8',
  });
  expect(ran.stderr).toContain('DISK_FULL');
  expect(ran.stdout).toContain('code 6');
  const left = ran.stdout.split('\n').filter((line) => line.startsWith(machine.home));
  expect(left.map((file) => path.basename(file)).toSorted()).toEqual(['fill', 'registry.lock']);
});

test.each([
  ['a file', (home: string) => writeFileSync(home, 'x'), 'STATE_DIR_UNSAFE'],
  ['a directory nobody may write', (home: string) => mkdirSync(home, { mode: 0o500 }), 'STATE_DIR_NOT_WRITABLE'],
])('a home that is %s is refused by name when something starts, and stops no look', async (_what, make, code) => {
  const machine = new Machine({}, { unprivileged: true });
  const root = machine.project('homeless');
  rmSync(machine.home, { recursive: true, force: true });
  make(machine.home);
  machine.own(machine.home);
  expect(await machine.problem(root, ['start'])).toMatchObject({ code, detail: expect.stringContaining(machine.home) });
  expect(await machine.json(root, ['status'])).toMatchObject({ running: false });
  expect(await machine.json(root, ['list'])).toMatchObject({ instances: [] });
});
