import { execFile } from 'node:child_process';
import path from 'node:path';
import { Machine, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

/*
 * The examples of the repository, run as a reader would run them: by another language, against the command line alone.
 */
const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'packages/cli/bin/agent-brain.js');
const python = path.join(root, 'examples/python/agent_brain.py');
const node = path.join(root, 'examples/node/ask.mjs');
const boiler = 'def measure_boiler_pressure(sensor):\n    """Reads the pressure of the boiler, in bar."""\n    return sensor.read()\n';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, argv: string[], cwd: string, env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, argv, { cwd, env, timeout: 300_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

const machineWith = (env: Record<string, string> = {}): Machine =>
  new Machine({ AGENT_BRAIN_BIN: program, PYTHONDONTWRITEBYTECODE: '1', ...env });

test('the Python example starts, indexes and asks, from another folder, with a question that a shell would break', async (context) => {
  requireProgram(context, 'python3');
  const machine = machineWith();
  const project = machine.project('mein Gerät', { 'src/boiler.py': boiler });
  const asked = await run('python3', [python, '--project', project, '"boiler" pressure $(x) ü'], machine.folder, machine.environment);
  expect(asked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^src\/boiler\.py:1-3 \(0\.\d\d\)$/m) as string });
  expect(asked.stderr).toContain('2 files indexed');
});

test('the Python example hands on exit code, code and hint of what goes wrong, and starts nothing to look', async (context) => {
  requireProgram(context, 'python3');
  const machine = machineWith();
  const project = machine.project('p');
  const missing = await run('python3', [python, '--project', path.join(project, 'nowhere'), 'x'], project, machine.environment);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/^PROJECT_PATH_MISSING: .*\n\S/) as string });
  const load = `import os, sys; sys.path.insert(0, ${JSON.stringify(path.dirname(python))}); import agent_brain;`;
  const absent = await run(
    'python3',
    ['-c', `${load} os.environ.pop('AGENT_BRAIN_BIN'); os.environ['PATH'] = ''; sys.argv = ['x', 'y']; sys.exit(agent_brain.main())`],
    project,
    machine.environment,
  );
  expect(absent).toMatchObject({ code: 6, stderr: expect.stringContaining('SERVER_PROGRAM_MISSING') as string });
  const look = `${load} print(agent_brain.AgentBrain(${JSON.stringify(project)}).discover())`;
  expect(await run('python3', ['-c', look], project, machine.environment)).toMatchObject({ code: 0, stdout: 'None\n' });
  expect(existsSync(stateDirOf(project))).toBe(false);
});

test('the Node example does the same without a library', async () => {
  const machine = machineWith();
  const project = machine.project('p', { 'src/boiler.py': boiler });
  const asked = await run(process.execPath, [node, project, 'boiler pressure'], machine.folder, machine.environment);
  expect(asked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^src\/boiler\.py:1-3 \(0\.\d\d\)$/m) as string });
  const failed = await run(process.execPath, [node, path.join(project, 'nowhere'), 'x'], machine.folder, machine.environment);
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('PROJECT_PATH_MISSING') as string });
});

test('both examples find the project as the command does: in a subdirectory, a worktree and a submodule', async (context) => {
  requireProgram(context, 'python3');
  const machine = machineWith();
  const git = async (cwd: string, ...argv: string[]): Promise<void> => {
    const configured = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'protocol.file.allow=always', ...argv];
    expect(await run('git', configured, cwd, machine.environment), argv.join(' ')).toMatchObject({ code: 0 });
  };
  const library = machine.project('library', { 'src/boiler.py': boiler });
  const project = machine.project('p', { 'a/b/boiler.py': boiler });
  for (const repository of [library, project]) {
    await git(repository, 'init', '-q');
    await git(repository, 'add', '.');
    await git(repository, 'commit', '-qm', 'first');
  }
  await git(project, 'worktree', 'add', '-q', '../tree');
  await git(project, 'submodule', 'add', '-q', library, 'lib');

  const places = [path.join(project, 'a', 'b'), path.join(machine.folder, 'tree', 'a'), path.join(project, 'lib', 'src')];
  for (const place of places) {
    const status = await run(process.execPath, [program, 'status', '--json'], place, machine.environment);
    const { project_root: found, state_dir: stateDir } = (JSON.parse(status.stdout) as { data: Record<string, string> }).data;
    machine.watch(found as string);
    const asked = [
      await run('python3', [python, 'boiler pressure'], place, machine.environment),
      await run(process.execPath, [node, place, 'boiler pressure'], machine.folder, machine.environment),
    ];
    for (const ran of asked) expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('boiler.py:1-3') as string });
    expect([existsSync(stateDir as string), existsSync(stateDirOf(place))], `${place}: ${found}`).toEqual([true, false]);
  }
}, 240_000);
