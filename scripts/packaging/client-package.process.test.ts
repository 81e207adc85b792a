import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Machine, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { withinMs } from '@agent-brain/test-harness/timing';
import { stop } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.ts';
import { packTarball } from './npm.ts';
import { clientDependencies, stageClient } from './stage-client.ts';
import { wireTypes } from './wire-types.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'packages/cli/bin/agent-brain.js');
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

/** The package as npm lays it out, in a folder far from the repository; made without a network. */
let folder: string;
let installed: string;
let tarball: string;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ab-client-')));
  tarball = packTarball(await stageClient(root, path.join(folder, 'build', 'package')));
  installed = path.join(folder, 'Paket für alle');
  const target = path.join(installed, 'node_modules', '@agent-brain', 'client');
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  for (const dependency of clientDependencies) installBeside(dependency);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  await stop(); // esbuild keeps a process for the next build
});

function installBeside(dependency: string): void {
  const source = path.join(root, 'node_modules', dependency);
  const target = path.join(installed, 'node_modules', dependency);
  if (existsSync(target)) return;
  cpSync(source, target, { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) installBeside(name);
}

function script(name: string, code: string): string {
  const file = path.join(installed, name);
  writeFileSync(file, code);
  return file;
}

async function typecheck(file: string, ...options: string[]): Promise<string> {
  const argv = [tsc, '--noEmit', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2023', ...options, file];
  return run(process.execPath, argv, { cwd: installed }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

test('the package is small, has one dependency, and publint finds nothing to say', async () => {
  expect(statSync(tarball).size).toBeLessThan(100_000);
  const target = path.join(installed, 'node_modules', '@agent-brain', 'client');
  const manifest = JSON.parse(readFileSync(path.join(target, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).toMatchObject({ name: '@agent-brain/client', engines: { node: '>=22.18' } });
  expect(Object.keys(manifest['dependencies'] as object)).toEqual(['fs-native-extensions']);
  expect((await publint({ pkgDir: target, strict: true })).messages).toEqual([]);
});

test('the example of its README runs as it stands, ten lines at the most, and its token shows nowhere', async () => {
  const [example = ''] = codeBlocks(path.join(root, 'packages/client/README.md'), 'js');
  expect(
    example
      .trim()
      .split('\n')
      .filter((line) => line.trim() !== '').length,
  ).toBeLessThanOrEqual(10);
  const machine = new Machine({ AGENT_BRAIN_BIN: program });
  const project = machine.project('mein Gerät', {
    'src/boiler.py':
      'def measure_boiler_pressure(sensor):\n    """Reads the pressure of the boiler, in bar."""\n    return sensor.read()\n',
    'README.md': '# Heating\n\nControls the heating of a house.\n',
  });
  const file = script('example.mjs', example);
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: project, env: machine.environment });
  expect(stdout).toMatch(/^src\/boiler\.py:1-3 \(0\.\d\d\)$/m);
  expect(stderr).toMatch(/completed 100 %/);
  expect(stderr).toContain(`3 files in ${project}`);
  const { token } = JSON.parse(readFileSync(path.join(stateDirOf(project), 'runtime.json'), 'utf8')) as { token: string };
  const dump = script(
    'dump.mjs',
    "import { inspect } from 'node:util'; import { discover } from '@agent-brain/client'; console.log(inspect(await discover('.'), { depth: 9, showHidden: true }));",
  );
  expect((await run(process.execPath, [dump], { cwd: project, env: machine.environment })).stdout).not.toContain(token);
});

test('without the program the error has a code and says how to install it', async () => {
  const machine = new Machine({ PATH: '/nowhere' });
  const project = machine.project('p');
  const file = script(
    'missing.mjs',
    "import { discover, discoverOrStart } from '@agent-brain/client'; console.log(await discover('.')); await discoverOrStart('.').catch(({ code, kind, hint }) => console.log(JSON.stringify({ code, kind, hint })));",
  );
  const { stdout } = await run(process.execPath, [file], { cwd: project, env: machine.environment });
  const [found, problem = ''] = stdout.trim().split('\n');
  expect(found).toBe('null');
  expect(JSON.parse(problem)).toMatchObject({
    code: 'SERVER_PROGRAM_MISSING',
    kind: 'unavailable',
    hint: expect.stringContaining('npm install') as string,
  });
});

test('its types stand alone: every call of the page checks without a second package', async () => {
  const tours = codeBlocks(path.join(root, 'docs/client.md'), 'ts');
  expect(tours).toHaveLength(1);
  expect(await typecheck(script('tour.ts', tours[0] ?? ''), '--lib', 'es2023,dom', '--types', '')).toBe('');
  const wrong =
    "import { discover } from '@agent-brain/client';\nconst found = await discover('.');\nvoid found.search('null is possible');\nvoid found?.search({ quer: 'x' });\nexport {};\n";
  expect(await typecheck(script('wrong.mts', wrong), '--lib', 'es2023,dom', '--types', '')).toMatch(/TS18047[^]*TS2561/);
});

test('its messages have the types of the contract', async () => {
  const { SkipReason: _inside, ...published } = wireTypes;
  const lines = Object.keys(published).map((name) => {
    const door = name === 'Status' ? 'status' : /^(Query|Chunk)/.test(name) ? 'query' : 'jobs';
    return `same<Equal<import('@agent-brain/client').${name}, import('${root}/packages/contract/src/${door}/index.ts').${name}>>();`;
  });
  const equal =
    'type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T;\n' +
    'type Equal<A, B> = (<T>() => T extends Flat<A> ? 1 : 2) extends <T>() => T extends Flat<B> ? 1 : 2 ? true : false;\n' +
    'declare function same<T extends true>(): T;\n';
  const options = ['--allowImportingTsExtensions', '--lib', 'es2024,dom', '--types', '', '--skipLibCheck'];
  expect(await typecheck(script('same.mts', `${equal}${lines.join('\n')}\n`), ...options)).toBe('');
  expect(await typecheck(script('other.mts', `${equal}same<Equal<{ a?: string }, { a: string }>>();\n`), ...options)).toContain('TS2344');
});

test.each([
  ['an abort', '{ signal: AbortSignal.timeout(400) }', /"TimeoutError"/],
  ['a time limit', '{ timeoutMs: 400 }', /"INSTANCE_START_FAILED"/],
])('after %s of a start that never ends, the program that waited can end', async (_what, options, expected) => {
  const machine = new Machine();
  const project = machine.project('p');
  const never = script('never.js', 'setTimeout(() => {}, 20_000);');
  const file = script(
    'waiting.mjs',
    `import { discoverOrStart } from '@agent-brain/client'; await discoverOrStart('.', ${options}).catch(({ code, name }) => console.log(JSON.stringify({ code, name })));`,
  );
  const begun = performance.now();
  const { stdout } = await run(process.execPath, [file], { cwd: project, env: { ...machine.environment, AGENT_BRAIN_BIN: never } });
  expect(stdout).toMatch(expected);
  expect(performance.now() - begun).toBeLessThan(withinMs(10_000));
});
