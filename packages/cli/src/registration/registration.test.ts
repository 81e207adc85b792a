import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  agentClients,
  type AgentClient,
  applyRegistration,
  type ClientPlace,
  describeChange,
  planInstall,
  planUninstall,
  type Scope,
  setInDocument,
  snippetOf,
} from './index.ts';
import { launchCommand } from './launch-command.ts';

const command = { command: '/opt/node', args: ['/opt/agent-brain.js', 'mcp'] };
const client = (name: string): AgentClient => agentClients.find((candidate) => candidate.name === name) ?? ({} as AgentClient);

function makePlace(platform: NodeJS.Platform = 'linux', env: Record<string, string> = {}): ClientPlace & { root: string } {
  const root = temporaryDirectory('clients mit Ümlaut');
  const projectRoot = path.join(root, 'my project');
  fs.mkdirSync(projectRoot);
  const environment = { env, cwd: projectRoot, homedir: path.join(root, 'home'), uid: process.getuid?.() ?? -1, platform };
  const existing = (files: readonly [string, ...string[]]) => files.find((file) => fs.existsSync(file)) ?? files[0];
  return { root, environment, projectRoot, existing };
}

const apply = (place: { root: string }, plan: Parameters<typeof applyRegistration>[0]) =>
  applyRegistration(plan, {
    backupDirectory: path.join(place.root, 'brain', 'backups'),
    uid: process.getuid?.() ?? -1,
    now: new Date('2026-01-31T12:00:00Z'),
  });

const every = agentClients.flatMap((candidate) => candidate.scopes.map((scope): [string, Scope] => [candidate.name, scope]));

test.each(every)('%s (%s) is registered once, and taken out without a trace of the entry', async (name, scope) => {
  const place = makePlace();
  const plan = await planInstall(client(name), scope, place, command);
  expect([plan.action, plan.before]).toEqual(['add', null]);
  expect(await apply(place, plan)).toBeNull();
  const written = fs.readFileSync(plan.file, 'utf8');
  expect(written).toContain('agent-brain');
  expect(fs.statSync(plan.file).mode & 0o777).toBe(scope === 'project' ? 0o644 : 0o600);

  expect((await planInstall(client(name), scope, place, command)).action).toBe('none');
  const removal = await planUninstall(client(name), scope, place);
  expect(removal.action).toBe('remove');
  const backup = await apply(place, removal);
  expect(fs.readFileSync(backup as string, 'utf8')).toBe(written);
  expect(fs.existsSync(plan.file)).toBe(false);
  expect((await planUninstall(client(name), scope, place)).action).toBe('none');
});

test.each(every)('what %s (%s) is to put in by hand reads like what is written', async (name, scope) => {
  const place = makePlace();
  const plan = await planInstall(client(name), scope, place, command);
  expect(snippetOf(client(name), scope, place, command)).toBe(plan.after.trim());
});

test('comments, order, indentation, line ends and a byte order mark of a file stay', () => {
  const text =
    '\ufeff{\r\n\t// servers of the team\r\n\t"mcpServers": {\r\n\t\t"other": { "command": "x" }, // keep\r\n\t},\r\n\t"z": 1,\r\n}\r\n';
  const after = setInDocument('f', 'json', text, ['mcpServers', 'agent-brain'], { command: 'a', args: ['mcp'] });
  expect(after.startsWith('\ufeff{\r\n\t// servers of the team\r\n')).toBe(true);
  expect(after).toContain('"other": { "command": "x" }');
  expect(after).toContain('// keep');
  expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  expect(after).toContain('\t\t"agent-brain": {');
});

test('comments and tables of a TOML file stay, also around an entry that is replaced', () => {
  const text = [
    '# my settings',
    'model = "x" # the good one',
    '',
    '[mcp_servers.agent-brain] # ours',
    'command = "old"',
    'args = ["""',
    '[not.a.table]',
    '"""]',
    '[mcp_servers.agent-brain.env]',
    'A = "1"',
    '',
    '# about other',
    '[mcp_servers."other.one"]',
    "command = 'y'",
    '',
  ].join('\n');
  const after = setInDocument('f', 'toml', text, ['mcp_servers', 'agent-brain'], { command: 'new', args: ['mcp'] });
  expect(after).toBe(
    '# my settings\nmodel = "x" # the good one\n\n[mcp_servers.agent-brain]\ncommand = "new"\nargs = [ "mcp" ]\n\n# about other\n[mcp_servers."other.one"]\ncommand = \'y\'\n',
  );
  expect(setInDocument('f', 'toml', after, ['mcp_servers', 'agent-brain'], undefined)).toBe(
    '# my settings\nmodel = "x" # the good one\n\n# about other\n[mcp_servers."other.one"]\ncommand = \'y\'\n',
  );
});

test.each([
  ['// mine\n', '// mine\n{}\n'],
  ['/* mine */', '/* mine */\n{}\n'],
  ['// mine\r\n\r\n', '// mine\r\n{}\r\n'],
])('a JSON file of nothing but comments is taken as empty, and keeps them: %j', (text, left) => {
  const after = setInDocument('f', 'json', text, ['mcpServers', 'agent-brain'], { command: 'a' });
  expect(after).toContain('"agent-brain": {');
  expect(setInDocument('f', 'json', after, ['mcpServers', 'agent-brain'], undefined).replaceAll(/\{\s+\}/g, '{}')).toBe(left);
});

test.each([
  ['{\n  "a": 1\n}\n', '{\n  "a": 1\n}\n'],
  ['{"a":1}', '{"a":1}'],
  ['{\n  "a": 1,\n  "mcpServers": {\n    // none yet\n  }\n}\n', '{\n  "a": 1,\n  "mcpServers": {\n    // none yet\n  }\n}\n'],
])('a table that held our entry alone goes with it, and what people wrote stays: %j', (text, left) => {
  const after = setInDocument('f', 'json', text, ['mcpServers', 'agent-brain'], { command: 'a' });
  expect(setInDocument('f', 'json', after, ['mcpServers', 'agent-brain'], undefined)).toBe(left);
});

test.each([
  ['json', '{ "mcpServers": { ', /not JSON: .* at line 1, column \d+/],
  ['json', '[1]', /holds a list/],
  ['json', '{ "mcpServers": [] }', /mcpServers is not a table/],
  ['json', '{ "mcpServers": { "agent-brain": { "command": "a" }, "agent-brain": { "command": "b" } } }', /without touching the rest/],
  ['toml', 'a = \nb = 1', /not TOML: .* at line 1/],
  ['toml', 'mcpServers = { agent-brain = { command = "x" } }', /without touching the rest/],
  ['toml', 'mcpServers.agent-brain.command = "x"', /without touching the rest/],
] as const)('a %s file that says %j is refused', (format, text, reason) => {
  expect(() => setInDocument('settings', format, text, ['mcpServers', 'agent-brain'], { command: 'new' })).toThrow(reason);
});

test('whatever a JSON file holds, only our entry changes, and taking it out gives the old meaning back', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(json, fc.constantFrom(0, 2, 4, '\t'), (drawn, indent) => {
      const document: Record<string, unknown> = JSON.parse(JSON.stringify(drawn));
      fc.pre(
        typeof (document['mcpServers'] ?? {}) === 'object' && document['mcpServers'] !== null && !Array.isArray(document['mcpServers']),
      );
      fc.pre(!Object.keys(document).includes('__proto__'));
      const before = JSON.stringify(document, null, indent);
      const entry = { command: 'a', args: ['mcp'] };
      const after = setInDocument('f', 'json', before, ['mcpServers', 'agent-brain'], entry);
      const { mcpServers = {}, ...others } = document;
      expect(JSON.parse(after)).toEqual({ ...others, mcpServers: Object.assign({}, mcpServers, { 'agent-brain': entry }) });
      const back = setInDocument('f', 'json', after, ['mcpServers', 'agent-brain'], undefined);
      expect(JSON.parse(back)).toEqual(Object.keys(mcpServers ?? {}).length === 0 ? others : { ...others, mcpServers });
    }),
  );
});

const MARK = '\ufeff';

test.each([
  ['cursor', '{\r\n  "mcpServers": {\r\n    "other": { "command": "x" }\r\n  }\r\n}\r\n'],
  ['cursor', '{"a":1}'],
  ['cursor', '{\r\n  "a": 1,\n  "b": 2\r\n}'],
  ['codex', 'model = "x" # ü\r\n\r\n# about other\r\n[mcp_servers.other]\r\ncommand = "y"\r\n'],
  ['codex', '[mcp_servers.other]\r\ncommand = "y"\n# mine\r\na = "z"\n'],
])('the settings of %s keep their byte order mark and the ends of their lines: %j', async (name, text) => {
  for (const mark of ['', MARK]) {
    const place = makePlace();
    const file = client(name).file('user', place);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, mark + text);
    const plan = await planInstall(client(name), 'user', place, command);
    const backup = await apply(place, plan);
    expect(fs.readFileSync(backup as string, 'utf8')).toBe(mark + text);
    const written = fs.readFileSync(file, 'utf8');
    expect(written).toContain('/opt/agent-brain.js');
    expect(written.lastIndexOf(MARK)).toBe(mark === '' ? -1 : 0);
    if (!/[^\r]\n/.test(text)) expect(written).not.toMatch(text.includes('\r') ? /[^\r]\n/ : /\r/);
    const changed = await planInstall(client(name), 'user', place, { ...command, command: '/opt/other' });
    await apply(place, changed);
    expect((await planInstall(client(name), 'user', place, { ...command, command: '/opt/other' })).action).toBe('none');
    await apply(place, await planUninstall(client(name), 'user', place));
    expect(fs.readFileSync(file, 'utf8')).toBe(mark + text);
  }
});

test('a table that ends a TOML file of Windows without a line end is replaced without one', () => {
  const text = '[mcp_servers.agent-brain]\r\ncommand = "old"';
  expect(setInDocument('f', 'toml', text, ['mcp_servers', 'agent-brain'], { command: 'new', args: ['mcp'] })).toBe(
    '[mcp_servers.agent-brain]\r\ncommand = "new"\r\nargs = [ "mcp" ]',
  );
  expect(setInDocument('f', 'toml', 'a = 1', ['mcp_servers', 'agent-brain'], { command: 'new' })).toBe(
    'a = 1\n\n[mcp_servers.agent-brain]\ncommand = "new"\n',
  );
});

test('a file that its client writes in the meantime is not overwritten', async () => {
  const place = makePlace();
  const file = path.join(place.environment.homedir, '.claude.json');
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, '{"history":[]}');
  const plan = await planInstall(client('claude'), 'user', place, command);
  fs.writeFileSync(file, '{"history":["new"]}');
  await expect(apply(place, plan)).rejects.toMatchObject({ code: 'AGENT_CONFIG_CHANGED' });
  expect(fs.readFileSync(file, 'utf8')).toBe('{"history":["new"]}');
});

test('a linked settings file stays a link, and its permissions stay', async () => {
  const place = makePlace();
  const real = path.join(place.root, 'dotfiles.json');
  fs.writeFileSync(real, '{}', { mode: 0o640 });
  const link = path.join(place.projectRoot, '.mcp.json');
  fs.symlinkSync(real, link);
  await apply(place, await planInstall(client('claude'), 'project', place, command));
  expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
  expect(JSON.parse(fs.readFileSync(real, 'utf8'))).toHaveProperty('mcpServers.agent-brain');
  expect(fs.statSync(real).mode & 0o777).toBe(0o640);
});

test('the shown change names no value of another server', async () => {
  const place = makePlace();
  const file = path.join(place.projectRoot, '.mcp.json');
  fs.writeFileSync(file, '{\n  "mcpServers": {\n    "other": "secret-1"\n  },\n  "token": "secret-2"\n}\n');
  const shown = describeChange(await planInstall(client('claude'), 'project', place, command));
  expect(shown).toContain('+    "agent-brain": {');
  expect(shown).not.toContain('secret');
});

test.each([
  ['all on one line', '{"oauth":{"k":"secret-1"},"mcpServers":{"other":{"env":{"T":"secret-2"}}}}'],
  ['one line, no servers', '{ "oauth": "secret" }\n'],
  ['our entry between others', '{"mcpServers":{"agent-brain":{"command":"old"},"other":{"env":{"T":"secret"}}}}'],
  ['line ends of Windows', '{\r\n  "mcpServers": {\r\n    "other": {"env":{"T":"secret"}}\r\n  }\r\n}\r\n'],
  ['a comment behind the last value', '{\n  "a": 1 // secret\n}'],
  ['a comment in an empty table', '{\n  "mcpServers": { /* secret */ }\n}'],
])('the shown change names nothing of others where they share lines with it: %s', async (_what, text) => {
  const place = makePlace();
  const file = path.join(place.projectRoot, '.mcp.json');
  fs.writeFileSync(file, text);
  const added = await planInstall(client('claude'), 'project', place, command);
  await apply(place, added);
  const removed = await planUninstall(client('claude'), 'project', place);
  for (const plan of [added, removed]) expect(describeChange(plan)).not.toContain('secret');
  expect(describeChange(added)).toMatch(/^\+\s*"command": "\/opt\/node",$/m);
  expect(describeChange(removed)).toMatch(/^-\s*"command": "\/opt\/node",$/m);
  expect(removed.after.match(/secret/g)).toEqual(text.match(/secret/g));
});

test('a file that is nested too deeply to be read is refused like any other that cannot be read', () => {
  const text = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  expect(() => setInDocument('f', 'json', text, ['mcpServers', 'agent-brain'], {})).toThrow('it is nested too deeply to be read');
});

test('OpenCode keeps the form of its file: the map of version 2 where there is one, and the file with comments', async () => {
  const place = makePlace();
  fs.writeFileSync(path.join(place.projectRoot, 'opencode.jsonc'), '{\n  // v2\n  "mcp": { "servers": {} }\n}\n');
  const plan = await planInstall(client('opencode'), 'project', place, command);
  expect(path.basename(plan.file)).toBe('opencode.jsonc');
  expect(plan.after).toContain('// v2');
  expect(JSON.parse(plan.after.replace('// v2', ''))).toHaveProperty('mcp.servers.agent-brain.command', [command.command, ...command.args]);
});

test('a file to commit names the program by its name, one of the user by its path', () => {
  const place = { program: '/x/agent-brain.js', node: '/node' };
  expect(launchCommand({ ...place, isCommitted: true })).toEqual({ command: 'agent-brain', args: ['mcp'] });
  expect(launchCommand({ ...place, isCommitted: false, folderVariable: '${workspaceFolder}' })).toEqual({
    command: '/node',
    args: ['/x/agent-brain.js', 'mcp', '--project', '${workspaceFolder}'],
  });
});

test('variables and platforms that move the files of clients are honoured', () => {
  const moved = makePlace('linux', { CLAUDE_CONFIG_DIR: '/c', CODEX_HOME: '/x', XDG_CONFIG_HOME: '/xdg' });
  expect(['claude', 'codex', 'vscode', 'opencode', 'zed'].map((name) => client(name).file('user', moved))).toEqual([
    '/c/.claude.json',
    '/x/config.toml',
    '/xdg/Code/User/mcp.json',
    '/xdg/opencode/opencode.json',
    '/xdg/zed/settings.json',
  ]);
  const mac = makePlace('darwin');
  expect(client('vscode').file('user', mac)).toBe(path.join(mac.environment.homedir, 'Library/Application Support/Code/User/mcp.json'));
});
