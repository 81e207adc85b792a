import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from '@agent-brain/runtime/project';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { planService } from './index.ts';

const environment = (changes: Partial<Environment> = {}): Environment => ({
  env: {},
  cwd: '/',
  homedir: '/home/u',
  uid: 1000,
  platform: 'linux',
  ...changes,
});
const plan = (changes: Partial<Environment> = {}, program = '/opt/ab/agent-brain.js') =>
  planService({ environment: environment(changes), program, node: '/usr/bin/node' });

test('on Linux it is a user unit of systemd, started by a link', () => {
  expect(plan()).toEqual({
    manager: 'systemd',
    file: '/home/u/.config/systemd/user/agent-brain.service',
    link: { file: '/home/u/.config/systemd/user/default.target.wants/agent-brain.service', target: '../agent-brain.service' },
    command: ['/usr/bin/node', '/opt/ab/agent-brain.js', 'serve', '--shared', '--home', '/home/u/.agent-brain'],
    home: '/home/u/.agent-brain',
    text: `# Written by \`agent-brain daemon enable\`; \`agent-brain daemon disable\` removes it.
[Unit]
Description=Agent Brain: local search for code and documents (/home/u/.agent-brain)

[Service]
Type=exec
ExecStart="/usr/bin/node" "/opt/ab/agent-brain.js" "serve" "--shared" "--home" "/home/u/.agent-brain"
WorkingDirectory=/
UMask=0077
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2 3 8
KillMode=mixed
TimeoutStopSec=20

[Install]
WantedBy=default.target
`,
  });
});

test('on macOS it is an agent of launchd', () => {
  const { manager, file, link, text } = plan({ platform: 'darwin', homedir: '/Users/u' }, '/opt/a & b/agent-brain.js');
  expect({ manager, file, link }).toEqual({
    manager: 'launchd',
    file: '/Users/u/Library/LaunchAgents/agent-brain.daemon.plist',
    link: null,
  });
  expect(text).toContain('<string>/opt/a &amp; b/agent-brain.js</string>');
});

test('a home of its own has a service of its own, and a relative XDG_CONFIG_HOME counts as none', () => {
  const { file, home } = plan({ env: { AGENT_BRAIN_HOME: '/h', XDG_CONFIG_HOME: '/c' } });
  expect([home, file]).toEqual(['/h', expect.stringMatching(/^\/c\/systemd\/user\/agent-brain-[0-9a-f]{8}\.service$/)]);
  expect(plan({ env: { AGENT_BRAIN_HOME: '/home/u/.agent-brain', XDG_CONFIG_HOME: 'c' } }).file).toBe(plan().file);
});

test('where nothing starts programs at login, and for a path that a service cannot name, it says so', () => {
  for (const changes of [{ platform: 'win32' }, { env: { AGENT_BRAIN_HOME: '/h\nExecStartPre=/bin/evil' } }] as const) {
    expect(() => plan(changes)).toThrow(expect.objectContaining({ code: 'LOGIN_SERVICE_UNAVAILABLE' }));
  }
});

test('systemd itself reads every argument as it was meant, and complains of nothing', (context) => {
  requireProgram(context, 'systemd-analyze');
  const directory = temporaryDirectory('unit');
  const home = `${directory}/ho me "ü" %h 'x' \\t;#`;
  const { file, text } = planService({
    environment: environment({ homedir: directory, env: { AGENT_BRAIN_HOME: home } }),
    program: `${directory}/pro gram%.js`,
    node: process.execPath,
  });
  const unit = path.join(directory, path.basename(file));
  fs.writeFileSync(unit, text);
  fs.mkdirSync(path.join(directory, 'run'), { mode: 0o700 });
  const env = { PATH: process.env['PATH'], HOME: directory, XDG_RUNTIME_DIR: path.join(directory, 'run') };
  const verify = (more: Record<string, string>) =>
    spawnSync('systemd-analyze', ['verify', '--user', unit], { env: { ...env, ...more }, encoding: 'utf8' });
  expect(verify({})).toMatchObject({ status: 0, stdout: '', stderr: '' });
  const { stdout, stderr } = verify({ SYSTEMD_LOG_LEVEL: 'debug', SYSTEMD_LOG_TARGET: 'console' });
  const shell = (word: string): string => `"${word.replaceAll(/["\\$`]/g, '\\$&')}"`;
  expect(`${stdout}${stderr}`).toContain(
    `Command Line: ${process.execPath} ${shell(`${directory}/pro gram%.js`)} serve --shared --home ${shell(home)}\n`,
  );
});

test('a reader of property lists reads every argument as it was meant', (context) => {
  requireProgram(context, 'python3');
  const home = `/Users/ü/<a> & "b" 'c'`;
  const { text, command } = plan({ platform: 'darwin', env: { AGENT_BRAIN_HOME: home } });
  const read = 'import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
  expect(JSON.parse(execFileSync('python3', ['-c', read], { input: text, encoding: 'utf8' }))).toMatchObject({
    Label: expect.stringMatching(/^agent-brain\.daemon-[0-9a-f]{8}$/),
    ProgramArguments: command,
    RunAtLoad: true,
    Umask: 0o077,
    StandardErrorPath: `${home}/logs/daemon.log`,
  });
});
