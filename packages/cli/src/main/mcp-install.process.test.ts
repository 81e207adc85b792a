import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { program, TestUser } from '../fixtures/index.ts';

const read = (file: string): string => fs.readFileSync(file, 'utf8');

test('a registration is made, kept as it is the second time, and taken out, with the file as it was kept aside', async () => {
  const user = new TestUser();
  const root = user.project('my project ü');
  const file = path.join(root, '.mcp.json');
  const before = '{\n  "mcpServers": {\n    "other": { "command": "x" } // theirs\n  }\n}\n';
  fs.writeFileSync(file, before);

  const added = await user.json<{ action: string; backup: string; file: string }>(['mcp', 'install', 'claude', '--yes'], { cwd: root });
  expect(added).toMatchObject({ action: 'add', file });
  expect(read(added.backup)).toBe(before);
  expect(fs.statSync(added.backup).mode & 0o777).toBe(0o600);
  expect(read(file)).toContain('"other": { "command": "x" }, // theirs');
  expect(read(file)).toContain('"agent-brain"');

  const again = await user.run(['mcp', 'install', 'claude'], { cwd: root });
  expect([again.code, again.stdout]).toEqual([0, `Nothing to do in claude (project): ${file}\n`]);
  expect((await user.run(['mcp', 'uninstall', 'claude', '--yes'], { cwd: root })).code).toBe(0);
  expect(read(file)).toBe(before);
});

interface Entry {
  readonly command: string;
  readonly args: string[];
}

test.each<[string, string | undefined, 'name' | 'path']>([
  ['nothing of this name', undefined, 'path'],
  ['another program of this name', '#!/bin/sh\necho "agent-brain, version 10.4.0"\n', 'path'],
  ['a program of this name that fails', '#!/bin/sh\nexit 3\n', 'path'],
  ['this program', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, 'name'],
])('an entry to commit, with %s on PATH, names what can be started', async (_what, script, expected) => {
  const user = new TestUser();
  const root = user.project('p');
  const folder = path.join(user.directory, 'bin');
  fs.mkdirSync(folder);
  if (script !== undefined) fs.writeFileSync(path.join(folder, 'agent-brain'), script, { mode: 0o755 });
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const { warnings } = await user.json<{ warnings: string[] }>(['mcp', 'install', 'claude', '--yes'], { cwd: root, env });
  const { mcpServers } = JSON.parse(read(path.join(root, '.mcp.json'))) as { mcpServers: Record<string, Entry> };
  const entry = mcpServers['agent-brain'] as Entry;
  expect([entry.command, warnings.length]).toEqual(expected === 'name' ? ['agent-brain', 0] : [process.execPath, 1]);
  // Started as a client starts it: the list of tools comes.
  const messages = [
    { id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } } },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/list' },
  ];
  const input = messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
  const answer = execFileSync(entry.command, entry.args, { cwd: root, env: { ...user.env(), ...env }, input, encoding: 'utf8' });
  expect(answer).toContain('"find_symbol"');
});

test('nothing is changed without a word of consent where nobody can be asked', async () => {
  const user = new TestUser();
  const problem = await user.problem(['mcp', 'install', 'codex'], { cwd: user.homedir });
  expect(problem).toMatchObject({ code: 'CONFIRMATION_REQUIRED', exit: 2 });
  expect(fs.existsSync(path.join(user.homedir, '.codex'))).toBe(false);
});

test('--dry-run and --print change nothing, and --print names this program by its path', async () => {
  const user = new TestUser();
  const dry = await user.run(['mcp', 'install', 'codex', '--dry-run'], { cwd: user.homedir });
  expect(dry.stdout).toContain('+[mcp_servers.agent-brain]');
  const printed = await user.run(['mcp', 'install', 'gemini', '--scope', 'user', '--print'], { cwd: user.homedir });
  expect(JSON.parse(printed.stdout)).toEqual({
    mcpServers: { 'agent-brain': { command: process.execPath, args: [program, 'mcp'] } },
  });
  expect(fs.readdirSync(user.homedir)).toEqual([]);
});

test.each<[string, string, string, (file: string) => void, RegExp]>([
  ['broken JSON', 'gemini', '.gemini/settings.json', (file) => fs.writeFileSync(file, '{ "mcpServers": { \n'), /not JSON: .* at line 2/],
  [
    'broken JSON',
    'cursor',
    '.cursor/mcp.json',
    (file) => fs.writeFileSync(file, '{"mcpServers": {}]'),
    /not JSON: .* at line 1, column 18/,
  ],
  ['broken TOML', 'codex', '.codex/config.toml', (file) => fs.writeFileSync(file, 'model = "x"\n[mcp_servers\n'), /not TOML: .* at line 2/],
  ['a read-only file', 'cursor', '.cursor/mcp.json', (file) => fs.writeFileSync(file, '{}', { mode: 0o444 }), /it is read-only/],
  ['a pipe', 'codex', '.codex/config.toml', (file) => void execFileSync('mkfifo', [file]), /it is not a regular file/],
  ['50 MB', 'gemini', '.gemini/settings.json', (file) => (fs.writeFileSync(file, '{}'), fs.truncateSync(file, 5e7)), /50000000 bytes/],
  ['a directory', 'gemini', '.gemini/settings.json', (file) => fs.mkdirSync(file), /it is a directory/],
])('settings that are %s (%s) are refused in words, and stay as they are', async (_what, name, place, plant, reason) => {
  const user = new TestUser();
  const file = path.join(user.homedir, place);
  fs.mkdirSync(path.dirname(file));
  plant(file);
  const before = fs.statSync(file);
  const problem = await user.problem(['mcp', 'install', name, '--scope', 'user', '--yes'], { cwd: user.homedir });
  expect(problem).toMatchObject({ code: 'AGENT_CONFIG_INVALID', exit: 3, detail: expect.stringMatching(reason) });
  expect(fs.readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  const { mode, size, mtimeMs, ino } = fs.statSync(file);
  expect({ mode, size, mtimeMs, ino }).toEqual({ mode: before.mode, size: before.size, mtimeMs: before.mtimeMs, ino: before.ino });
});

test.each([
  [['mcp', 'install'], /No client is named/],
  [['mcp', 'install', 'emacs'], /There is no client "emacs"/],
  [['mcp', 'install', 'zed', '--scope', 'project'], /Zed takes user/],
  [['mcp', 'remove', 'zed'], /There is no action "remove"/],
])('%j is refused in words', async (args, detail) => {
  const user = new TestUser();
  const problem = await user.problem(args, { cwd: user.project('p') });
  expect(problem).toMatchObject({ code: 'ARGUMENT_INVALID', exit: 2 });
  expect(problem['detail']).toMatch(detail);
});

test('uninstall takes the registrations of the user out as well, and lists them first', async () => {
  const user = new TestUser();
  await user.json(['mcp', 'install', 'codex', '--yes'], { cwd: user.homedir });
  await user.json(['mcp', 'install', 'cursor', '--scope', 'user', '--yes'], { cwd: user.homedir });
  const listed = await user.json<{ removed: { path: string; what: string }[] }>(['uninstall', '--dry-run'], { cwd: user.homedir });
  expect(
    listed.removed.filter(({ what }) => what.startsWith('registration')).map(({ path: file }) => path.relative(user.homedir, file)),
  ).toEqual(['.codex/config.toml', '.cursor/mcp.json']);
  await user.json(['uninstall', '--yes'], { cwd: user.homedir });
  // Both held nothing else.
  for (const file of ['.codex/config.toml', '.cursor/mcp.json']) expect(fs.existsSync(path.join(user.homedir, file))).toBe(false);
});
