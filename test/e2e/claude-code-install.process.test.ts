import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Machine } from '@agent-brain/test-harness/agent-brain';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { stop } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { packTarball } from '../../scripts/packaging/npm.ts';
import { stagePackage } from '../../scripts/packaging/stage.ts';
import { MessagesApi } from './messages-api.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const lantern = { 'src/lantern.ts': 'export function lightLantern() {\n  return "lamp oil";\n}\n' };

// esbuild keeps a process for the next build.
afterAll(stop);

/** The real Claude Code of a user of this machine. */
class Claude {
  readonly settings: string;
  readonly #machine: Machine;
  readonly #folders: readonly string[];

  /** @param folders of PATH, before the system's own: there agents find what was installed globally */
  constructor(machine: Machine, folders: readonly string[] = []) {
    this.#machine = machine;
    this.#folders = [...folders, path.dirname(process.execPath)];
    this.settings = path.join(machine.folder, 'home', '.claude');
    mkdirSync(this.settings, { recursive: true });
    // What a person answers when Claude Code asks whether the servers of `.mcp.json` may be started.
    writeFileSync(path.join(this.settings, 'settings.json'), '{ "enableAllProjectMcpServers": true }\n');
  }

  run(cwd: string, argv: readonly string[], environment: Record<string, string> = {}): Promise<string> {
    const searched = [...this.#folders, this.#machine.environment['PATH']].join(path.delimiter);
    const env = {
      ...this.#machine.environment,
      CLAUDE_CONFIG_DIR: this.settings,
      TMPDIR: this.#machine.folder,
      ...environment,
      PATH: searched,
    };
    return new Promise((resolve) => {
      const child = execFile('claude', argv, { cwd, env, timeout: 300_000 }, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
      child.stdin?.end();
    });
  }
}

/** As `npm install --global` lays a tarball out, without a network: its dependencies are those of the repository. @returns the folder for PATH */
function installGlobally(tarball: string, prefix: string): string {
  const at = path.join(prefix, 'lib', 'node_modules', 'agent-brain');
  const bin = path.join(prefix, 'bin');
  for (const folder of [at, bin]) mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', at, '--strip-components=1']);
  symlinkSync(path.join(repository, 'node_modules'), path.join(at, 'node_modules'));
  const { bin: programs } = JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  for (const [name, file] of Object.entries(programs)) symlinkSync(path.join('..', path.relative(prefix, at), file), path.join(bin, name));
  return bin;
}

for (const scope of ['project', 'user', 'local']) {
  test(`the real Claude Code connects to what \`mcp install claude --scope ${scope}\` has written`, async (context) => {
    requireProgram(context, 'claude');
    const machine = new Machine();
    const claude = new Claude(machine);
    const project = machine.project('mein Projekt', lantern);
    await machine.json(project, ['mcp', 'install', 'claude', '--scope', scope, '--yes'], { CLAUDE_CONFIG_DIR: claude.settings });
    expect(await claude.run(project, ['mcp', 'list'])).toMatch(/^agent-brain: .* mcp - . Connected$/mu);
  });
}

test('the plugin, installed as its README says, is connected, and its search answers the real Claude Code', async (context) => {
  requireProgram(context, 'claude');
  const readme = readFileSync(path.join(repository, 'plugins/claude-code/README.md'), 'utf8');
  for (const step of [
    'npm ci && npm run pack',
    'npm install --global ./build/agent-brain-*.tgz',
    '/plugin marketplace add /path/to/the/clone',
    '/plugin install agent-brain@agent-brain',
  ])
    expect(readme).toContain(step);

  const machine = new Machine();
  const tarball = packTarball(await stagePackage(repository, path.join(machine.folder, 'build', 'agent-brain')));
  const claude = new Claude(machine, [installGlobally(tarball, path.join(machine.folder, 'prefix'))]);
  const project = machine.project('mein Projekt', lantern);
  await claude.run(project, ['plugin', 'marketplace', 'add', repository]);
  expect(await claude.run(project, ['plugin', 'install', 'agent-brain@agent-brain'])).toContain('Successfully installed');
  expect(await claude.run(project, ['mcp', 'list'])).toMatch(/^plugin:agent-brain:agent-brain: agent-brain mcp - . Connected$/mu);

  const tool = 'mcp__plugin_agent-brain_agent-brain__search';
  const api = await MessagesApi.start({ tool, input: { query: 'light lantern' } });
  const said = await claude.run(project, ['--print', 'Where is the lantern lit?', '--allowedTools', tool], api.environment);
  expect(said).toContain('Done.');
  expect([...api.offered]).toContain(tool);
  expect(api.results.join('\n')).toContain('src/lantern.ts');
});
