import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { errorCodes } from '@agent-brain/contract/errors';
import { toolNames } from '@agent-brain/contract/tools';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { Machine } from '@agent-brain/test-harness/agent-brain';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const plugin = path.join(root, 'plugins/claude-code');
const text = (file: string): string => readFileSync(path.join(plugin, file), 'utf8');
const json = (file: string): Record<string, unknown> => JSON.parse(text(file)) as Record<string, unknown>;
const skills = globSync('skills/*/SKILL.md', { cwd: plugin }).toSorted();

/** The lines between the dashes, as `key: value`; quotes stay. */
function frontMatter(file: string): Record<string, string> {
  const block = /^---\n([^]*?)\n---\n/.exec(text(file))?.[1] ?? '';
  return Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
}

test('the manifests name the plugin alike, in the version of the product, and what they point at is there', () => {
  const manifest = json('.claude-plugin/plugin.json');
  expect(manifest).toMatchObject({ name: 'agent-brain', version: PRODUCT_VERSION, license: 'MIT' });
  expect(String(manifest['description']).length).toBeGreaterThan(40);
  const marketplace = JSON.parse(readFileSync(path.join(root, '.claude-plugin/marketplace.json'), 'utf8')) as {
    plugins: { name: string; source: string; version: string }[];
  };
  expect(marketplace.plugins.map(({ name, version }) => ({ name, version }))).toEqual([
    { name: manifest['name'], version: manifest['version'] },
  ]);
  expect(path.resolve(root, marketplace.plugins[0]?.source ?? '')).toBe(plugin);
  expect(json('.mcp.json')).toEqual({ mcpServers: { 'agent-brain': { command: 'agent-brain', args: ['mcp'] } } });
});

test('the one hook is for the start of a session, has a short limit, and its script is in the plugin', () => {
  const { hooks } = json('hooks/hooks.json') as {
    hooks: Record<string, { hooks: { type: string; command: string; timeout: number }[] }[]>;
  };
  expect(Object.keys(hooks)).toEqual(['SessionStart']);
  const [hook, ...others] = hooks['SessionStart']?.flatMap((entry) => entry.hooks) ?? [];
  expect(others).toEqual([]);
  expect(hook).toMatchObject({ type: 'command', timeout: 5 });
  expect(existsSync(path.join(plugin, /\$\{CLAUDE_PLUGIN_ROOT\}\/([^"]+)/.exec(hook?.command ?? '')?.[1] ?? 'none'))).toBe(true);
});

test('the icon is a square PNG of 512 pixels', () => {
  const icon = readFileSync(path.join(plugin, '.claude-plugin/icon.png'));
  expect(icon.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
  expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([512, 512]);
});

test('every skill is named after its folder, describes itself in one line, and is short', () => {
  expect(skills.map((file) => path.basename(path.dirname(file)))).toEqual(['agent-brain', 'index', 'jobs', 'search', 'status']);
  for (const file of skills) {
    const { name, description = '', 'allowed-tools': tools, 'disable-model-invocation': byUserOnly } = frontMatter(file);
    expect(name).toBe(path.basename(path.dirname(file)));
    expect(description.length).toBeGreaterThan(30);
    expect(description.length).toBeLessThanOrEqual(1024);
    for (const tool of (tools ?? '').split(', '))
      expect(tool).toMatch(/^(Bash\(agent-brain \w+:\*\)|mcp__plugin_agent-brain_agent-brain__\w+)$/);
    // The commands cost the context nothing until somebody types them.
    expect([file, byUserOnly]).toEqual([file, name === 'agent-brain' ? undefined : 'true']);
    expect(text(file).split('\n').length).toBeLessThan(500);
  }
  expect(text('README.md').split(/\s+/).length).toBeGreaterThan(40);
});

test('skills and pages name only commands, options and error codes that there are', () => {
  const reference = readFileSync(path.join(root, 'docs/commands.md'), 'utf8');
  const [general = '', ...sections] = reference.split(/^## agent-brain /m);
  const commands = new Map(sections.map((section) => [section.split('\n')[0] ?? '', section]));
  const named = [...skills, 'README.md', 'hooks/session-start.sh'].flatMap((file) =>
    [...text(file).matchAll(/(?<![\w/@:]|plugin install )agent-brain ([a-z-]+)([^`\n|;)]*)/g)].map(([, command = '', rest = '']) => ({
      file,
      command,
      rest,
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  for (const { file, command, rest } of named) {
    const section = commands.get(command);
    expect([file, command, section === undefined]).toEqual([file, command, false]);
    for (const [flag] of rest.matchAll(/(?<=\s)--[a-z-]+/g))
      expect([file, command, flag, `${general}${section}`.includes(`${flag} `) || `${general}${section}`.includes(`${flag}\``)]).toEqual([
        file,
        command,
        flag,
        true,
      ]);
  }
  const tools = [
    ...skills
      .map(text)
      .join('\n')
      .matchAll(/mcp__plugin_agent-brain_agent-brain__(\w+)|(?:tools?|tools for that are|then) `(\w+)`/g),
  ];
  expect(tools.length).toBeGreaterThan(5);
  for (const [, granted, told] of tools) expect(toolNames).toContain(granted ?? told);
  for (const [code] of skills
    .map(text)
    .join('\n')
    .matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g))
    expect([code, code === 'JOB_ID' || (errorCodes as string[]).includes(code)]).toEqual([code, true]);
});

/** Runs the real command line with a configuration of its own, and ours beside it on PATH. */
function claude(home: string, argv: string[], { cwd = root, env = {} }: { cwd?: string; env?: object } = {}): Promise<string> {
  const bin = path.join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  const program = path.join(bin, 'agent-brain');
  if (!existsSync(program)) symlinkSync(path.join(root, 'packages/cli/bin/agent-brain.js'), program);
  const searched = [bin, path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter);
  const full = { ...env, PATH: searched, HOME: home, CLAUDE_CONFIG_DIR: path.join(home, '.claude'), TMPDIR: home };
  return new Promise((resolve) => {
    execFile('claude', argv, { cwd, env: full, timeout: 300_000 }, (_error, stdout) => resolve(stdout));
  });
}

for (const target of ['plugins/claude-code', '.']) {
  test(`Claude Code itself finds nothing wrong with ${target}`, async (context) => {
    requireProgram(context, 'claude');
    const home = temporaryDirectory('claude');
    const options = await claude(home, ['plugin', 'validate', '--help']);
    // Version 2.1.197 has neither a report in JSON nor a profile; it says "passed with warnings" where there are any.
    if (!options.includes('--profile')) {
      expect(await claude(home, ['plugin', 'validate', target, '--strict'])).toMatch(/Validation passed$/mu);
      return;
    }
    const argv = ['plugin', 'validate', target, '--strict', '--json', ...(target === '.' ? [] : ['--profile', 'directory'])];
    expect(JSON.parse(await claude(home, argv))).toMatchObject({ success: true, manifest: { errors: [], warnings: [] } });
  });
}

test('Claude Code installs the plugin from the marketplace file of the repository, with all of its parts', async (context) => {
  requireProgram(context, 'claude');
  const home = temporaryDirectory('claude');
  expect(await claude(home, ['plugin', 'marketplace', 'add', root])).toContain('Successfully added');
  expect(await claude(home, ['plugin', 'install', 'agent-brain@agent-brain'])).toContain('Successfully installed');
  const details = await claude(home, ['plugin', 'details', 'agent-brain@agent-brain']);
  expect(details).toMatch(/Skills \(5\)[^]*Hooks \(1\)[^]*MCP servers \(1\)/);
  // What every session pays for, by Claude Code's own estimate.
  expect(Number(/Always-on:\s+~(\d+) tok/.exec(details)?.[1])).toBeLessThan(300);

  // Where nobody has initialised anything, its MCP server answers and leaves no trace.
  const machine = new Machine();
  const project = machine.project('p');
  expect(await claude(home, ['mcp', 'list'], { cwd: project, env: machine.environment })).toMatch(/agent-brain mcp - . Connected/u);
  expect(readdirSync(project)).toEqual(['package.json']);
  expect(existsSync(machine.home)).toBe(false);
});
