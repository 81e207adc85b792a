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

test('a settings file that is damaged is refused, and stays as it is', async () => {
  const user = new TestUser();
  user.write(user.homedir, { '.gemini/settings.json': '{ "mcpServers": { \n' });
  const problem = await user.problem(['mcp', 'install', 'gemini', '--scope', 'user', '--yes'], { cwd: user.homedir });
  expect(problem).toMatchObject({ code: 'AGENT_CONFIG_INVALID', exit: 3 });
  expect(problem['detail']).toMatch(/settings\.json cannot be changed — it is not JSON: .* at line 2/);
  expect(read(path.join(user.homedir, '.gemini/settings.json'))).toBe('{ "mcpServers": { \n');
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
  expect(read(path.join(user.homedir, '.codex/config.toml'))).not.toContain('agent-brain');
  expect(read(path.join(user.homedir, '.cursor/mcp.json'))).not.toContain('agent-brain');
});
