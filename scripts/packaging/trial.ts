import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installTarball } from './npm.ts';

export interface Step {
  name: string;
  /** Returns what is wrong, or nothing. */
  run(): string | undefined;
}

export interface Trial {
  /** Of the program. */
  tarball: string;
  /** The library's, and the code that its README shows. */
  client: { tarball: string; example: string };
  /** An empty folder. */
  folder: string;
  oldNode: string | undefined;
}

const exitNodeTooOld = 78;
const nodeOnPath = path.dirname(process.execPath);

/**
 * What a user does with the package, step by step: install the tarball into an empty folder whose name
 * has a space and an umlaut, take a small project through its first five minutes, and look what is left.
 */
export function trialSteps({ tarball, client, folder, oldNode }: Trial): Step[] {
  const { installed, project, program, env } = places(folder);
  const runtimeFile = path.join(project, '.claude/agent-brain/runtime.json');

  const command =
    (argv: string[], expected: RegExp, after: () => string | undefined = () => undefined) =>
    (): string | undefined => {
      const { status, stdout, stderr } = spawnSync(program, argv, { cwd: project, env, encoding: 'utf8', timeout: 60_000 });
      if (status !== 0) return `exit code ${status}\n${stdout}${stderr}`;
      return expected.test(stdout) ? after() : `the answer does not match ${expected}:\n${stdout}${stderr}`;
    };

  return [
    { name: 'install the tarball', run: () => install(tarball, installed, project) },
    { name: 'agent-brain --version', run: command(['--version'], /^agent-brain \d+\.\d+\.\d+$/m) },
    { name: 'agent-brain init', run: command(['init'], /config\.json/) },
    {
      name: 'agent-brain start',
      run: command(['start'], /http:\/\/127\.0\.0\.1:\d+/, () => (existsSync(runtimeFile) ? undefined : 'there is no runtime.json')),
    },
    { name: 'agent-brain index', run: command(['index'], /\b[1-9]\d* files?/) },
    { name: 'agent-brain query', run: command(['query', 'how is the boiler pressure measured'], /src\/boiler\.py/) },
    { name: 'agent-brain query --json', run: command(['query', '--json', 'boiler pressure'], /"schema_version"/) },
    { name: 'agent-brain status', run: command(['status', '--json'], /"running": ?true/) },
    { name: 'a file that is saved is searchable soon', run: () => findsSavedFile(folder) },
    { name: 'the client library and its example, beside the program', run: () => runExample(client, folder) },
    { name: 'agent-brain mcp install --print', run: command(['mcp', 'install', 'claude', '--print'], /"mcpServers"/) },
    { name: 'agent-brain mcp', run: () => servesAgent(program, project, env) },
    { name: 'agent-brain stop', run: command(['stop'], /./, () => (existsSync(runtimeFile) ? 'runtime.json is still there' : undefined)) },
    { name: 'an old Node.js is told what is needed', run: () => refusesOldNode(program, oldNode, env) },
  ];
}

/** A step that failed in the middle may leave the server of the trial running. */
export function stopLeftServer(folder: string): void {
  const { program, project, env } = places(folder);
  if (existsSync(path.join(project, '.claude/agent-brain/runtime.json')))
    spawnSync(program, ['stop', '--force'], { cwd: project, env, timeout: 30_000 });
}

function places(folder: string): { installed: string; project: string; program: string; env: NodeJS.ProcessEnv } {
  const installed = path.join(folder, 'Paket für alle');
  return {
    installed,
    project: path.join(folder, 'mein Gerät'),
    program: path.join(installed, 'node_modules/.bin/agent-brain'),
    env: {
      PATH: `${nodeOnPath}${path.delimiter}${process.env['PATH'] ?? ''}`,
      HOME: folder,
      AGENT_BRAIN_HOME: path.join(folder, 'home'),
      NO_COLOR: '1',
    },
  };
}

function install(tarball: string, installed: string, project: string): undefined {
  mkdirSync(installed);
  writeFileSync(path.join(installed, 'package.json'), '{ "private": true }\n');
  installTarball(tarball, installed);
  mkdirSync(path.join(project, 'src'), { recursive: true });
  execFileSync('git', ['init', '--quiet'], { cwd: project });
  writeFileSync(
    path.join(project, 'src/boiler.py'),
    'def measure_boiler_pressure(sensor):\n    """Reads the pressure of the boiler, in bar."""\n    return sensor.read()\n',
  );
  writeFileSync(path.join(project, 'README.md'), '# Heating\n\nControls the heating of a house.\n');
}

/** Watching has native code of its own, which has to be there without anything being compiled. */
function findsSavedFile(folder: string): string | undefined {
  const { program, project, env } = places(folder);
  writeFileSync(path.join(project, 'src/valve.py'), 'def open_thermostat_valve():\n    pass\n');
  const deadline = Date.now() + 15_000;
  let answer = '';
  while (Date.now() < deadline) {
    answer = spawnSync(program, ['query', '--json', 'open_thermostat_valve'], {
      cwd: project,
      env,
      encoding: 'utf8',
      timeout: 30_000,
    }).stdout;
    if (answer.includes('src/valve.py')) return undefined;
  }
  return `it was not found within 15 s: ${answer}`;
}

/** It has to find the program in the folder that it was installed into. */
function runExample({ tarball, example }: Trial['client'], folder: string): string | undefined {
  const { installed, project, env } = places(folder);
  installTarball(tarball, installed);
  const script = path.join(installed, 'example.mjs');
  writeFileSync(script, example);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: project, env, encoding: 'utf8', timeout: 60_000 });
  return status === 0 && stdout.includes('src/boiler.py:1') ? undefined : `exit code ${status}\n${stdout}${stderr}`;
}

/** What an agent says first, and its first search. */
function servesAgent(program: string, cwd: string, env: NodeJS.ProcessEnv): string | undefined {
  const client = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'trial', version: '1' } };
  const messages = [
    { id: 1, method: 'initialize', params: client },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'search', arguments: { query: 'boiler pressure' } } },
  ];
  const lines = messages.map((message) => JSON.stringify({ jsonrpc: '2.0', ...message })).join('\n');
  // The input stays open until the answer is there: whoever closes it wants no more answers.
  const script = '(cat; sleep 5) | "$0" mcp | head -n 2';
  const { stdout, stderr } = spawnSync('sh', ['-c', script, program], { cwd, env, input: `${lines}\n`, encoding: 'utf8', timeout: 60_000 });
  return /boiler\.py:1-/.test(stdout) ? undefined : `the answer names no file:\n${stdout}${stderr}`;
}

function refusesOldNode(program: string, oldNode: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (oldNode === undefined) return undefined;
  const { status, stderr } = spawnSync(oldNode, [program, '--version'], { env: { ...env, PATH: path.dirname(oldNode) }, encoding: 'utf8' });
  if (status !== exitNodeTooOld) return `exit code ${status} instead of ${exitNodeTooOld}: ${stderr}`;
  return /needs Node\.js >= 22\.18 \(found v\d+/.test(stderr) && /Next step/.test(stderr)
    ? undefined
    : `the message does not say what is needed: ${stderr}`;
}
