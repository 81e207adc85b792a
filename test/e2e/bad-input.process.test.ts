import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Machine, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { requireNamespaces, requireProgram } from '@agent-brain/test-harness/requirements';
import { describe, expect, test } from 'vitest';

interface JobData {
  status: string;
  stats: { added: number; skipped_count: Record<string, number> };
}

describe('a project path', () => {
  test.each<[string, (machine: Machine) => string, string]>([
    ['that does not exist', (machine) => path.join(machine.folder, 'nowhere'), 'PROJECT_PATH_MISSING'],
    ['that is a file', (machine) => path.join(machine.project('p'), 'package.json'), 'PROJECT_PATH_NOT_DIRECTORY'],
  ])('%s is refused with the path in the message', async (_what, make, code) => {
    const machine = new Machine();
    const wrong = make(machine);
    const problem = await machine.problem(machine.folder, ['status', '--project', wrong]);
    expect(problem).toMatchObject({ code, exit: 2 });
    expect(problem.detail).toContain(wrong);
  });

  test('that cannot be read is refused', async () => {
    const machine = new Machine({}, { unprivileged: true });
    const root = machine.project('closed');
    chmodSync(root, 0o000);
    expect(await machine.problem(machine.folder, ['start', '--project', root])).toMatchObject({ code: 'PROJECT_PATH_UNREADABLE' });
    chmodSync(root, 0o700);
  });

  test('that is a link leads to the project behind it', async () => {
    const machine = new Machine();
    const root = machine.project('real', { 'src/a.ts': 'export const found_through_a_link = 1;\n' });
    const link = path.join(machine.folder, 'link');
    symlinkSync(root, link);
    await machine.json(link, ['start']);
    await machine.json(link, ['index']);
    expect(await machine.json(root, ['status'])).toMatchObject({ running: true, project_root: root });
  });

  test('that is the home directory is never taken by itself', async () => {
    const machine = new Machine();
    const home = path.join(machine.folder, 'home');
    execFileSync('git', ['init', '-q'], { cwd: home });
    expect(await machine.problem(home, ['start'])).toMatchObject({ code: 'PROJECT_ROOT_REFUSED', exit: 2 });
  });
});

describe('state that cannot be written', () => {
  test('a read-only project gets a clear error and nothing is left half-written', async () => {
    const machine = new Machine({}, { unprivileged: true });
    const root = machine.project('read-only');
    chmodSync(root, 0o500);
    expect(await machine.problem(root, ['start'])).toMatchObject({ code: 'STATE_DIR_NOT_WRITABLE', exit: 3 });
    chmodSync(root, 0o700);
    expect(existsSync(path.join(root, '.claude'))).toBe(false);
  });

  test('a state dir of another user is refused', async (context) => {
    context.skip(process.getuid?.() !== 0, 'platform:root the test needs uid 0');
    const machine = new Machine({}, { unprivileged: true });
    const root = machine.project('foreign');
    mkdirSync(stateDirOf(root), { recursive: true });
    expect(await machine.problem(root, ['start'])).toMatchObject({ code: expect.stringMatching(/STATE_DIR_(UNSAFE|NOT_WRITABLE)/) });
  });

  test('a disk that fills up during indexing ends the job with DISK_FULL, and what was committed answers', {
    timeout: 600_000,
  }, async (context) => {
    requireNamespaces(context);
    const machine = new Machine();
    const root = machine.project('full');
    const disk = path.join(machine.folder, 'disk');
    mkdirSync(disk);
    for (let file = 0; file < 60; file++) writeFileSync(path.join(root, `f${file}.txt`), randomWords(60_000, file));
    const program = path.resolve(import.meta.dirname, '../../packages/cli/bin/agent-brain.js');
    const script = `mount -t tmpfs -o size=2m tmpfs "$1" && cd "$2" && export AGENT_BRAIN_STATE_DIR="$1/state" &&
      "$3" "$4" start --json && "$3" "$4" index --json; echo "code $?" >&2; "$3" "$4" status --json; "$3" "$4" query word1 --json; "$3" "$4" stop --json`;
    const output = await runShell(machine, script, [disk, root, process.execPath, program]);
    expect(output.stderr).toContain('DISK_FULL');
    expect(output.stdout).toMatch(/"running": ?true/);
    expect(output.stdout).toMatch(/"was_running": ?true/);
  });
});

describe('configuration', () => {
  test('a typo names file and key, and what was probably meant', async () => {
    const machine = new Machine();
    const root = machine.project('typo');
    await machine.json(root, ['init']);
    writeFileSync(path.join(stateDirOf(root), 'config.json'), '{ "chunk_sise": 900 }');
    const problem = await machine.problem(root, ['start']);
    expect(problem).toMatchObject({ code: 'CONFIG_KEY_UNKNOWN', exit: 2 });
    expect(problem.detail).toMatch(/config\.json.*chunk_sise|chunk_sise.*config\.json/s);
    expect(problem.detail + problem.hint).toContain('chunk_size');
  });

  test('a port that is taken is named', async () => {
    const machine = new Machine();
    const first = machine.project('first');
    const started = await machine.json<{ instance: { url: string; pid: number } }>(first, ['start']);
    const port = new URL(started.instance.url).port;
    const problem = await machine.problem(machine.project('second'), ['start', '--port', port]);
    expect(problem).toMatchObject({ code: 'PORT_TAKEN', exit: 6 });
    expect(problem.detail).toContain(port);
  });
});

test('odd files are skipped with their reasons, or indexed under their true names', async (context) => {
  requireProgram(context, 'mkfifo');
  const machine = new Machine();
  const long = `${'n'.repeat(247)}.ts`;
  const root = machine.project('odd', {
    'src/ümläut straße.ts': 'export const umlaut_word = 1;\n',
    'src/new\nline.ts': 'export const newline_word = 1;\n',
    [`src/${long}`]: 'export const long_word = 1;\n',
    'src/broken.ts': Buffer.from([0x65, 0x78, 0x70, 0x6f, 0xc3, 0x28, 0xff, 0xfe, 0x00, 0x01, 0x02]),
    'src/picture.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]),
    'src/empty.ts': '',
    '.env': 'PASSWORD=hunter2\n',
    'deep/key.pem': 'secret\n',
  });
  writeFileSync(path.join(root, 'huge.ts'), '');
  truncateSync(path.join(root, 'huge.ts'), 2 * 1024 ** 3);
  execFileSync('mkfifo', [path.join(root, 'src', 'pipe.ts')]);
  symlinkSync('..', path.join(root, 'src', 'loop'));
  symlinkSync('/etc', path.join(root, 'src', 'outside'));
  await machine.json(root, ['start']);
  const job = await machine.json<JobData>(root, ['index']);
  expect(job.status).toBe('completed');
  expect(job.stats.skipped_count).toMatchObject({ too_large: 1, special_file: 1 });
  for (const [word, file] of [
    ['umlaut_word', 'src/ümläut straße.ts'],
    ['newline_word', 'src/new\nline.ts'],
    ['long_word', `src/${long}`],
  ] as const) {
    const { results } = await machine.json<{ results: { path: string }[] }>(root, ['query', word]);
    expect(results[0]?.path).toBe(file);
  }
  const { results } = await machine.json<{ results: unknown[] }>(root, ['query', 'hunter2 PASSWORD']);
  expect(results).toEqual([]);
});

test('an empty project is indexed, and a question gets an empty answer', async () => {
  const machine = new Machine();
  const root = path.join(machine.folder, 'empty');
  mkdirSync(root);
  machine.watch(root);
  await machine.json(root, ['init', '--project', root]);
  await machine.json(root, ['start', '--project', root]);
  expect(await machine.json<JobData>(root, ['index', '--project', root])).toMatchObject({ status: 'completed' });
  expect(await machine.json(root, ['query', 'anything', '--project', root])).toMatchObject({ results: [], total_results: 0 });
  expect(readdirSync(root)).toEqual(['.claude']);
});

/** Text that compresses badly and repeats no word often; the same for the same seed. */
function randomWords(sizeBytes: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  let text = 'word1 ';
  while (text.length < sizeBytes) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += `${state.toString(36)}${state % 7 === 0 ? '\n' : ' '}`;
  }
  return text;
}

async function runShell(machine: Machine, script: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { spawnSync } = await import('node:child_process');
  const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', ...args], {
    env: machine.environment,
    encoding: 'utf8',
    timeout: 600_000,
  });
  return { stdout, stderr };
}
