import { spawn } from 'node:child_process';

export interface GitListing {
  readonly kind: 'listed';
  /** Relative to the directory asked about. A trailing `/` marks a repository inside; a gitlink is a plain path of a directory. */
  readonly paths: string[];
}

export interface GitRefusal {
  readonly kind: 'refused';
  /** For the log: why git gave no list. */
  readonly reason: string;
}

export interface GitListingOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which git is killed. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
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
 * Files that git tracks or would list as untracked and not ignored, beneath `directory`, without those
 * of submodules. Never rejects for what git says or does: any failure is a refusal.
 * @throws the signal's reason when it aborts; git is killed first
 */
export function listWithGit(directory: string, options: GitListingOptions): Promise<GitListing | GitRefusal> {
  options.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const args = [...safeConfiguration, '--no-pager', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const git = spawn('git', args, {
      cwd: directory,
      env: gitEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const paths: string[] = [];
    let rest: Buffer | null = null;
    let complaint = '';
    let isTimedOut = false;
    const kill = (): boolean => git.kill('SIGKILL');
    const timer = setTimeout(() => {
      isTimedOut = true;
      kill();
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', kill, { once: true });
    git.stdout.on('data', (data: Buffer) => {
      rest = takePaths(rest === null ? data : Buffer.concat([rest, data]), paths);
    });
    git.stderr.on('data', (data: Buffer) => {
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
      if (failure === null && status === 0 && rest === null) return resolve({ kind: 'listed', paths });
      resolve({ kind: 'refused', reason: failure ?? (complaint.slice(0, maxComplaintBytes).trim() || `git ended with ${String(status)}`) });
    });
  });
}

/** Decodes all whole paths of `data` into `paths`; what follows the last NUL is given back. */
function takePaths(data: Buffer, paths: string[]): Buffer | null {
  const end = data.lastIndexOf(0);
  if (end < 0) return data;
  for (const path of data.toString('utf8', 0, end).split('\0')) paths.push(path);
  return end + 1 === data.length ? null : data.subarray(end + 1);
}

/** Without the GIT_ variables of whoever started us, which may point to another repository; no locks, no network, no questions. */
function gitEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
