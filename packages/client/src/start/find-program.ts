import fs from 'node:fs';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Environment } from '@agent-brain/runtime/project';

/** How to run the server program: `command` with `args` before its own arguments. */
export interface ServerProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** The file that was found. */
  readonly file: string;
  readonly foundBy: 'AGENT_BRAIN_BIN' | 'installation' | 'PATH';
}

export interface FindProgramOptions {
  /** Absolute path of the program of the caller's own installation; else it is looked for above `from`. */
  readonly installed?: string | undefined;
  /** Where the looks upward begin. Default: this module, then the script that runs (pnpm keeps the two apart). */
  readonly from?: readonly string[];
}

/**
 * The program that serves: `AGENT_BRAIN_BIN`, then the caller's own installation, then `PATH`
 * (docs/design/instances.md#discovery). Never from the working directory: a repository must not choose what runs.
 * @throws SERVER_PROGRAM_MISSING
 */
export function findProgram(environment: Environment, options: FindProgramOptions = {}): ServerProgram {
  const named = environment.env['AGENT_BRAIN_BIN'];
  if (named !== undefined && named !== '') {
    if (path.isAbsolute(named) && isFile(named)) return runnable(named, 'AGENT_BRAIN_BIN');
    const why = path.isAbsolute(named) ? 'no such file is there' : 'it must be an absolute path';
    throw new AgentBrainError('SERVER_PROGRAM_MISSING', `AGENT_BRAIN_BIN is ${JSON.stringify(named)} — ${why}`);
  }
  const installed = options.installed ?? installedAbove(options.from ?? [import.meta.dirname, ...mainScriptFolder()]);
  if (installed !== undefined && isFile(installed)) return runnable(installed, 'installation');
  const onPath = lookOnPath(environment);
  if (onPath !== undefined) return runnable(onPath, 'PATH');
  throw new AgentBrainError('SERVER_PROGRAM_MISSING', 'The program agent-brain is neither installed beside this library nor on PATH');
}

function installedAbove(folders: readonly string[]): string | undefined {
  for (const from of folders) {
    for (let dir = from; ; dir = path.dirname(dir)) {
      const candidate = path.join(dir, 'node_modules', 'agent-brain', 'bin', 'agent-brain.js');
      if (isFile(candidate)) return candidate;
      if (path.dirname(dir) === dir) break;
    }
  }
  return undefined;
}

/** None for code that was given as text, or when the script is gone. */
function mainScriptFolder(): string[] {
  try {
    return process.argv[1] === undefined ? [] : [path.dirname(fs.realpathSync(process.argv[1]))];
  } catch {
    return [];
  }
}

function lookOnPath(environment: Environment): string | undefined {
  const names = environment.platform === 'win32' ? ['agent-brain.cmd', 'agent-brain.exe'] : ['agent-brain'];
  return (environment.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((dir) => path.isAbsolute(dir))
    .flatMap((dir) => names.map((name) => path.join(dir, name)))
    .find(isExecutable);
}

/** A script runs under the Node.js of the caller, which is new enough; an editor's embedded one is no such thing. */
function runnable(file: string, foundBy: ServerProgram['foundBy']): ServerProgram {
  const real = fs.realpathSync(file);
  const isScript = /\.[cm]?js$/.test(real);
  const isPlainNode = process.versions['electron'] === undefined && process.versions['bun'] === undefined;
  return isScript && isPlainNode
    ? { command: process.execPath, args: [real], file: real, foundBy }
    : { command: file, args: [], file: real, foundBy };
}

const isFile = (file: string): boolean => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return isFile(file);
  } catch {
    return false;
  }
}
