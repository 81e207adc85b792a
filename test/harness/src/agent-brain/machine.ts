import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { suiteMarker } from '../leaks/index.ts';

const program = path.resolve(import.meta.dirname, '../../../../packages/cli/bin/agent-brain.js');

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Shared by all programs of all runs: without it each first command of a user compiles everything anew. */
export const compileCache = path.resolve(import.meta.dirname, '../../../../node_modules/.cache/agent-brain-tests');

/** uid and gid of `nobody` on Linux. */
const nobody = 65_534;

/** What `runtime.json` of a running instance says, as far as tests look at it. */
export interface RunningInstance {
  pid: number;
  port: number;
  base_url: string;
  instance_id: string;
  project_id: string;
  token: string;
}

/**
 * A user's machine in a temporary folder: a home of its own, projects beside it, and the real
 * program to run. When the test ends, every instance that was started on it is killed.
 */
export class Machine {
  readonly folder: string = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ab-machine ü-')));
  readonly home: string = path.join(this.folder, 'home', '.agent-brain');
  readonly environment: Record<string, string>;
  private readonly stateDirs = new Set<string>();
  private readonly uid: number | undefined;

  /**
   * @param options.unprivileged runs the program as `nobody` when the tests run as root, so that permissions bind it
   */
  constructor(environment: Record<string, string> = {}, options: { unprivileged?: boolean } = {}) {
    if (options.unprivileged === true && process.getuid?.() === 0) {
      this.uid = nobody;
      chmodSync(os.tmpdir(), 0o711);
    }
    mkdirSync(path.join(this.folder, 'home'), { recursive: true });
    this.environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: path.join(this.folder, 'home'),
      TMPDIR: os.tmpdir(),
      LANG: 'C.UTF-8',
      AGENT_BRAIN_HOME: this.home,
      AGENT_BRAIN_TEST: '1',
      AGENT_BRAIN_COMPILE_CACHE: compileCache,
      [suiteMarker]: process.env[suiteMarker] ?? '',
      ...environment,
    };
    this.own(this.folder, path.join(this.folder, 'home'));
    onTestFinished(() => this.remove());
  }

  /** A folder with these files (text by relative path), outside any git repository. */
  project(name: string, files: Record<string, string | Buffer> = {}): string {
    const root = path.join(this.folder, name);
    mkdirSync(root, { recursive: true });
    for (const [file, content] of Object.entries({ 'package.json': '{}\n', ...files })) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), content);
    }
    this.watch(root);
    this.own(root, ...readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => path.join(root, file)));
    return root;
  }

  /** Takes note of a project that the test made in another way, so that its instance ends with the test. */
  watch(root: string): void {
    this.stateDirs.add(stateDirOf(root));
  }

  start(cwd: string, args: string[], environment: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, [program, ...args], {
      cwd,
      env: { ...this.environment, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(this.uid === undefined ? {} : { uid: this.uid, gid: this.uid }),
    });
  }

  /** Runs the program to its end. `input` goes to its standard input. */
  run(
    cwd: string,
    args: string[],
    { environment = {}, input = '' }: { environment?: Record<string, string>; input?: string } = {},
  ): Promise<Outcome> {
    const child = this.start(cwd, args, environment);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    const output = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...output }));
    });
  }

  /** `data` of a command's JSON; fails with everything the command printed when it did not succeed. */
  async json<Data>(cwd: string, args: string[], environment: Record<string, string> = {}): Promise<Data> {
    const outcome = await this.run(cwd, [...args, '--json'], { environment });
    if (outcome.code !== 0)
      throw new Error(`agent-brain ${args.join(' ')} exited with ${outcome.code}\n${outcome.stdout}${outcome.stderr}`);
    return (JSON.parse(outcome.stdout) as { data: Data }).data;
  }

  /** The problem document of a command that must fail. */
  async problem(
    cwd: string,
    args: string[],
    environment: Record<string, string> = {},
  ): Promise<{ code: string; detail: string; hint: string; exit: number | null }> {
    const outcome = await this.run(cwd, [...args, '--json'], { environment });
    if (outcome.code === 0) throw new Error(`agent-brain ${args.join(' ')} succeeded\n${outcome.stdout}`);
    const last = outcome.stderr.trimEnd().split('\n').at(-1) ?? '';
    return {
      ...(JSON.parse(last.startsWith('{') ? last : outcome.stderr) as { code: string; detail: string; hint: string }),
      exit: outcome.code,
    };
  }

  /** Gives files that the test made to the user who runs the program. */
  own(...files: string[]): void {
    if (this.uid !== undefined) for (const file of files) chownSync(file, this.uid, this.uid);
  }

  private async remove(): Promise<void> {
    for (const marker of [...this.stateDirs, this.home]) await endInstance(marker);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

export const stateDirOf = (root: string): string => path.join(root, '.claude', 'agent-brain');

export function readRuntime(root: string): RunningInstance {
  return JSON.parse(readFileSync(path.join(stateDirOf(root), 'runtime.json'), 'utf8')) as RunningInstance;
}

/**
 * Kills every process whose arguments name this state dir or home: the marker by which an instance, or the user daemon, is
 * known. Linux only.
 */
export async function endInstance(marker: string): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!argumentsOf(pid).includes(marker)) continue;
    process.kill(Number(pid), 'SIGKILL');
    while (argumentsOf(pid) !== '') await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
