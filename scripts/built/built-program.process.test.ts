import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { seededRandom, testSeed } from '@agent-brain/test-harness/random';
import { leftProcesses } from '@agent-brain/test-harness/leaks';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { isTest, trackedFiles } from '../check/tracked-files.ts';
import type * as Builds from './built-program.js';
import { type ProgramPart, recordFile } from './built-program.js';

const repository = path.resolve(import.meta.dirname, '../..');
const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';
const entryFile = 'packages/cli/src/main/index.ts';

/** A clone of this repository as it is, with the same dependencies. */
class Clone {
  readonly root = temporaryDirectory('clone');

  constructor() {
    const needed = /^(packages|scripts\/(built|packaging|check)|[^/]+\.json$)/;
    for (const file of trackedFiles(repository).filter((name) => needed.test(name) && !isTest(name)))
      cpSync(path.join(repository, file), this.path(file));
    execFileSync('git', ['init', '--quiet'], { cwd: this.root });
    mkdirSync(this.path('node_modules/@agent-brain'), { recursive: true });
    for (const name of readdirSync(path.join(repository, 'node_modules')).filter((entry) => !/^\.cache$|^@agent-brain$/.test(entry)))
      symlinkSync(path.join(repository, 'node_modules', name), this.path(`node_modules/${name}`));
    for (const name of readdirSync(this.path('packages')))
      symlinkSync(`../../packages/${name}`, this.path(`node_modules/@agent-brain/${name}`));
  }

  path(file: string): string {
    return path.join(this.root, file);
  }

  spawn(...args: string[]): ChildProcess {
    const env = { ...process.env, AGENT_BRAIN_HOME: this.path('home') };
    return spawn(process.execPath, [this.path('packages/cli/bin/agent-brain.js'), ...args], {
      cwd: '/',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async run(...args: string[]): Promise<string> {
    const child = this.spawn(...args);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    return output;
  }

  /** Makes the program print this line at its start. The file is never seen half written. */
  printAtStart(line: string): void {
    const original = readFileSync(path.join(repository, entryFile), 'utf8');
    writeFileSync(this.path('new-entry'), `${original}\nprocess.stdout.write('${line}\\n');\n`);
    renameSync(this.path('new-entry'), this.path(entryFile));
  }

  builds(part: ProgramPart): string[] {
    return readdirSync(this.path('node_modules/.cache/agent-brain')).filter((name) => name.startsWith(`${part}-`));
  }

  inputs(part: ProgramPart): string[] {
    const { inputs } = JSON.parse(readFileSync(recordFile(this.root, part), 'utf8')) as { inputs: Record<string, string> };
    return Object.keys(inputs);
  }

  /** The build that a start of the program would run. */
  async build(part: ProgramPart): Promise<string> {
    const { builtProgram } = (await import(this.path('scripts/built/built-program.js'))) as typeof Builds;
    const { entry } = await waitUntil(`${part} is built`, () => builtProgram(this.root, part));
    return entry;
  }
}

/** How a file may change without looking like it: the time of its content is what it was. */
const edits: ((file: string, text: string) => void)[] = [
  (file, text) => writeFileSync(file, text),
  (file, text) => {
    const { atime, mtime } = statSync(file);
    writeFileSync(file, text);
    utimesSync(file, atime, mtime);
  },
  (file, text) => {
    const { atime, mtime } = statSync(file);
    writeFileSync(`${file}.new`, text);
    utimesSync(`${file}.new`, atime, mtime);
    renameSync(`${file}.new`, file);
  },
];

test('an edit of any file that a program is built from is in the next build, however the edit is made', async () => {
  const clone = new Clone();
  const seed = testSeed();
  const random = seededRandom(seed);
  for (const part of ['cli', 'server'] as const) {
    let last = await clone.build(part);
    expect(await clone.build(part)).toBe(last);
    const sources = clone.inputs(part).filter((file) => file.startsWith('packages/') && file.endsWith('.ts'));
    for (let round = 0; round < (isSoak ? 150 : 2); round += 1) {
      const source = random.pick(sources);
      const original = readFileSync(clone.path(source), 'utf8');
      random.pick(edits)(clone.path(source), `${original}\n// ${'x'.repeat(random.below(9))}`);
      const next = await clone.build(part);
      expect(next, `${source}, seed ${seed}`).not.toBe(last);
      last = next;
    }
  }
});

test('what a file says now is what the next start does, also when the new text is as long as the old', async () => {
  const clone = new Clone();
  for (const line of ['one', 'two', 'six']) {
    clone.printAtStart(line);
    expect(await clone.run('--version')).toMatch(new RegExp(`^${line}\nagent-brain \\d`));
  }
  expect(clone.builds('cli')).toHaveLength(3);
});

test('twenty starts at once after an edit make one build, and all of them run it', async () => {
  const clone = new Clone();
  clone.printAtStart('edited');
  const outputs = await Promise.all(Array.from({ length: 20 }, () => clone.run('--version')));
  expect(new Set(outputs.map((output) => output.split('\n')[0]))).toEqual(new Set(['edited']));
  expect(clone.builds('cli')).toHaveLength(1);
});

test('where the program cannot be built the sources run, and say what is wrong where they meet it', async () => {
  const clone = new Clone();
  const command = 'packages/cli/src/commands/jobs.ts';
  const good = readFileSync(clone.path(command), 'utf8');
  writeFileSync(clone.path(command), `${good}\nthis is no code\n`);
  clone.printAtStart('from source');
  expect(await clone.run('--version')).toMatch(/^from source\nagent-brain \d/);
  expect(clone.builds('cli')).toEqual([]);
  writeFileSync(clone.path(command), good);
  expect(await clone.run('--version')).toMatch(/^from source\nagent-brain \d/);
  expect(clone.builds('cli')).toHaveLength(1);
  rmSync(clone.path('packages/cli/src/main/run-cli.ts'));
  expect(await clone.run('--version')).toContain('ERR_MODULE_NOT_FOUND');
});

test('a build that is killed holds nobody up', async () => {
  const clone = new Clone();
  const first = clone.spawn('--version');
  const ended = once(first, 'exit');
  await waitUntil('the build has begun', () => {
    try {
      return clone.builds('cli').length > 0;
    } catch {
      return false;
    }
  });
  first.kill('SIGKILL');
  await ended;
  // What it has begun goes on, and may be published.
  expect(await clone.run('--version')).toMatch(/^agent-brain \d/);
  await waitUntil('nothing builds any more', () => leftProcesses({ marker: 'none', folder: clone.root }).length === 0);
});

test('a file that is written again and again while it is built is never taken for what it was', async () => {
  const clone = new Clone();
  let count = 0;
  const writer = setInterval(() => clone.printAtStart(`version-${(count += 1)}`), 5);
  const output = await clone.run('--version').finally(() => clearInterval(writer));
  expect(output).toMatch(/^(version-\d+\n)?agent-brain \d/);
  clone.printAtStart('at last');
  expect(await clone.run('--version')).toMatch(/^at last\nagent-brain \d/);
});
