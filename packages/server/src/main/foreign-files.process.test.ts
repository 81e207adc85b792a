import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { withinMs } from '@agent-brain/test-harness/timing';
import { expect, test } from 'vitest';

const state = '.claude/agent-brain';
const NOBODY = 65_534;

/** Everything that is read below `.git`, beside the sources, in a state dir and in the home. */
const files = [
  ...['HEAD', 'config', 'index', 'info/exclude', 'commondir', 'packed-refs'].map((name) => `.git/${name}`),
  'src/.git',
  '.gitignore',
  'src/.gitignore',
  '.gitmodules',
  '.ignore',
  '.agent-brainignore',
  'src/source.ts',
  ...[
    'config.json',
    'state.json',
    'runtime.json',
    'agent-brain.lock',
    'agent-brain.holder.json',
    'agent-brain.pid',
    'start.lock',
    '.gitignore',
  ].map((name) => `${state}/${name}`),
  ...['queue/jobs.jsonl', 'queue/jobs.lock', 'logs/server.log'].map((name) => `${state}/${name}`),
  ...['index.db', 'index.db-wal', 'index.db-shm', 'index.db-journal', 'folders.json'].map((name) => `${state}/data/${name}`),
  ...['registry.json', 'registry.lock', 'config.json', 'shared_config.json', 'runtime.json', 'daemon.lock'].map(
    (name) => `~/.agent-brain/${name}`,
  ),
  '~/.config/git/ignore',
];

/** What a step may come to beside success. */
const clearErrors =
  /^(?:FILE_UNREADABLE|FILE_UNWRITABLE|STATE_DIR_UNSAFE|STATE_DIR_NOT_WRITABLE|CONFIG_INVALID|INDEX_CORRUPT|LOCK_UNSUPPORTED)$/;

/** A run of indexing takes seconds: all of them meet each kind only in the soak. */
function indexed(kind: string): string {
  if (process.env['AGENT_BRAIN_SOAK'] === '1') return '.';
  return kind === 'fifo' || kind === 'link' ? '/data/|source' : 'data/index\\.db$';
}

interface Met {
  readonly file: string;
  readonly came: Record<string, unknown>;
  readonly maxRssMb: number;
}

/** Of resident memory. */
const LIMIT_MB = 500;

/** The steps of one kind, of all files, in a process that is killed when it takes more memory or time than it may. */
async function meet(kind: string, uid: number | undefined): Promise<Met[]> {
  const directory = temporaryDirectory('foreign');
  if (uid !== undefined) {
    fs.chownSync(directory, uid, uid);
    for (const open of [directory, path.dirname(directory)]) fs.chmodSync(open, 0o755);
  }
  const script = path.join(import.meta.dirname, 'fixtures/meet-foreign-files.ts');
  const child = spawn(process.execPath, [script, directory, kind, indexed(kind), ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: withinMs(120_000),
    killSignal: 'SIGKILL',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const watching = setInterval(() => {
    if (residentMb(child.pid) > LIMIT_MB) child.kill('SIGKILL');
  }, 50);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed += text));
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearInterval(watching);
  const lines = printed.trim().split('\n').filter(Boolean);
  expect({ status, signal }, `after ${lines.at(-1) ?? 'nothing'}`).toEqual({ status: 0, signal: null });
  return lines.map((line) => JSON.parse(line) as Met);
}

/** 0 where the system does not tell: there the child's own figure has to do. */
function residentMb(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const kinds = ['link', 'link-out', 'fifo', 'socket', 'device', 'directory', 'gigabyte', 'unreadable', 'changing'];

for (const kind of kinds) {
  test(`whatever file is replaced (${kind}), every step ends with success or a clear error, within ${LIMIT_MB} MB`, async (context) => {
    if (kind === 'device') requireRoot(context); // to make one
    // Permissions do not bind root.
    const met = await meet(kind, kind === 'unreadable' && process.getuid?.() === 0 ? NOBODY : undefined);
    expect(met.map(({ file }) => file)).toEqual(files);
    const unclear = met.flatMap(({ file, came }) =>
      Object.entries(came)
        .filter(([, result]) => typeof result === 'string' && /^[A-Z_]+$|^not ours/.test(result) && !clearErrors.test(result))
        .map(([step, result]) => `${file}: ${step} came to ${String(result)}`),
    );
    expect(unclear).toEqual([]);
    expect(met.filter(({ came }) => came['root'] !== '').map(({ file, came }) => [file, came['root']])).toEqual([]);
    const most = Math.max(...met.map(({ maxRssMb }) => maxRssMb));
    noteFigure(context, `${files.length} files as ${kind}: at most ${most} MB`);
    expect(most).toBeLessThan(LIMIT_MB);
  });
}
