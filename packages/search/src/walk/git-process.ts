import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOutOfDescriptors, outOfDescriptors, waitsForDescriptors } from '../decode/index.ts';

export interface GitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which git is killed. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type GitEnd = { readonly kind: 'ended' } | GitRefusal;

export interface GitRefusal {
  readonly kind: 'refused';
  /** For the log: why git gave no answer. */
  readonly reason: string;
}

/**
 * Configuration of the repository is not ours to trust: nothing in it may start a program or reach the
 * network. `-c` goes before it. ls-files runs no filters, diffs or pagers; what is left are the file
 * system monitor, hooks, and fetching of objects a partial clone lacks (see {@link gitEnvironment}).
 */
const safeConfiguration = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'protocol.allow=never',
  '-c',
  'core.quotePath=false',
];

/** Bytes kept of what git says on stderr. */
const maxComplaintBytes = 2048;

/**
 * Runs git in a directory. Never rejects for what git says or does: any failure is a refusal.
 * @param take called with each piece of its output
 * @throws the signal's reason when it aborts, git is killed first; FILE_UNREADABLE when this process has no descriptors left
 */
export async function runGit(
  directory: string,
  args: readonly string[],
  take: (data: Buffer) => void,
  options: GitOptions,
): Promise<GitEnd> {
  for (const waitMs of waitsForDescriptors) {
    try {
      return await runOnce(directory, args, take, options);
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      await sleep(waitMs);
    }
  }
  return runOnce(directory, args, take, options).catch((error: unknown) => {
    throw isOutOfDescriptors(error) ? outOfDescriptors(directory, error) : error;
  });
}

function runOnce(directory: string, args: readonly string[], take: (data: Buffer) => void, options: GitOptions): Promise<GitEnd> {
  options.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const git = spawn('git', [...safeConfiguration, '--no-pager', ...args], {
      cwd: directory,
      env: gitEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that what git has started ends with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let complaint = '';
    let isTimedOut = false;
    const kill = (): void => endGroup(git);
    const timer = setTimeout(() => {
      isTimedOut = true;
      kill();
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', kill, { once: true });
    git.on('error', (error: NodeJS.ErrnoException) => {
      // Our own walk would fail in the same way.
      if (isOutOfDescriptors(error)) reject(error);
    });
    // Without descriptors left there are no pipes, whatever the types say.
    const { stdout, stderr }: ChildProcess = git;
    stdout?.on('data', take);
    stderr?.on('data', (data: Buffer) => {
      if (complaint.length < maxComplaintBytes) complaint += data.toString('utf8');
    });
    let failure: string | null = null;
    git.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code === 'ENOENT' ? 'the program git was not found' : error.message;
    });
    git.on('close', (status) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
      if (options.signal?.aborted === true) return reject(options.signal.reason);
      if (isTimedOut) return resolve({ kind: 'refused', reason: `git did not end within ${options.timeoutMs} ms` });
      if (failure === null && status === 0) return resolve({ kind: 'ended' });
      resolve({ kind: 'refused', reason: failure ?? (complaint.slice(0, maxComplaintBytes).trim() || `git ended with ${String(status)}`) });
    });
  });
}

/** Kills git and its children, and waits for none that does not die (uninterruptible sleep keeps our pipes open). */
function endGroup(git: ChildProcess): void {
  try {
    if (git.pid !== undefined && process.platform !== 'win32') process.kill(-git.pid, 'SIGKILL');
    else git.kill('SIGKILL');
  } catch {
    git.kill('SIGKILL'); // it has just ended, or is not yet a group of its own
  }
  git.stdout?.destroy();
  git.stderr?.destroy();
}

/**
 * Without the GIT_ variables of whoever started us, which may point to another repository; no locks, no network, no
 * questions. In a relative entry of PATH `git` would be a file of the repository itself.
 */
function gitEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('GIT_') && name !== 'PATH');
  const searched = (env['PATH'] ?? '').split(path.delimiter).filter((directory) => path.isAbsolute(directory));
  return {
    ...Object.fromEntries(kept),
    // An empty one would mean the working directory; without any the system has its own.
    ...(searched.length === 0 ? {} : { PATH: searched.join(path.delimiter) }),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
