import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from './index.ts';
import { acquireLock } from '../locks/index.ts';
import { readRegistry } from '../registry/index.ts';
import { requirePlatform, requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { directory, environmentIn, git, repository } from './fixtures/repositories.ts';
import { locateProject } from './fixtures/locate-project.ts';
import { confirmMove, homePaths, type PreparedStateDir, prepareStateDir, type PrepareOptions } from './index.ts';

async function prepare(root: string, environment: Environment, options: PrepareOptions = {}): Promise<PreparedStateDir> {
  const { paths } = await locateProject(environment, root);
  return await prepareStateDir(paths, environment, options);
}

const modeOf = (file: string): string => (fs.lstatSync(file).mode & 0o777).toString(8);
const stateDirOf = (root: string): string => path.join(root, '.claude/agent-brain');
const entriesOf = async (environment: Environment) => (await readRegistry(homePaths(environment))).registry.entries;
const stateOf = (root: string) => JSON.parse(fs.readFileSync(path.join(stateDirOf(root), 'state.json'), 'utf8')) as Record<string, unknown>;

/** All paths below a directory, relative and sorted; directories end with a slash. */
const tree = (root: string): string[] =>
  fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)) + (entry.isDirectory() ? '/' : ''))
    .toSorted();

/** Puts an index, a queue and a record where an instance would have them. */
function fill(stateDir: string): void {
  fs.writeFileSync(path.join(directory(stateDir, 'data'), 'index.db'), 'rows');
  fs.writeFileSync(path.join(directory(stateDir, 'queue'), 'jobs.jsonl'), '{}\n');
  fs.writeFileSync(path.join(stateDir, 'runtime.json'), '{}');
  fs.writeFileSync(path.join(stateDir, 'agent-brain.pid'), '1');
}

describe('a new project', () => {
  test('gets private directories, a state id that the registry knows, and nothing of which git would take notice', async () => {
    const root = temporaryDirectory('state');
    const repo = repository(root, 'repo');
    const environment = environmentIn(root);
    const prepared = await prepare(repo, environment, { now: () => new Date('2026-01-02T03:04:05Z'), newId: () => 'a'.repeat(32) });
    expect(prepared).toMatchObject({
      stateId: `s_${'a'.repeat(32)}`,
      trusted: true,
      created: true,
      moved: false,
      setAside: [],
      warnings: [],
    });
    expect(tree(stateDirOf(repo))).toEqual(['.gitignore', 'data/', 'logs/', 'queue/', 'state.json']);
    expect(['', 'data', 'logs', 'queue'].map((name) => modeOf(path.join(stateDirOf(repo), name)))).toEqual(['700', '700', '700', '700']);
    expect([modeOf(path.join(repo, '.claude')), modeOf(prepared.paths.stateFile), modeOf(prepared.paths.gitignoreFile)]).toEqual([
      '700',
      '600',
      '644',
    ]);
    expect(stateOf(repo)).toEqual({
      schema_version: 1,
      state_id: prepared.stateId,
      project_root: repo,
      created_at: '2026-01-02T03:04:05.000Z',
      made_here: false,
    });
    expect(await entriesOf(environment)).toMatchObject([
      { project_root: repo, state_dir: prepared.paths.stateDir, state_id: prepared.stateId, mode: 'project' },
    ]);

    fill(prepared.paths.stateDir);
    fs.writeFileSync(prepared.paths.configFile, '{}');
    git(repo, 'add', '--all');
    expect(git(repo, 'diff', '--cached', '--name-only').split('\n').filter(Boolean)).toEqual([
      '.claude/agent-brain/.gitignore',
      '.claude/agent-brain/config.json',
    ]);
  });

  test('keeps everything when it is prepared again', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const first = await prepare(project, environment, { madeHere: true });
    fill(first.paths.stateDir);
    const before = tree(project);
    const again = await prepare(project, environment);
    expect(again).toMatchObject({ stateId: first.stateId, trusted: true, created: false, moved: false, setAside: [] });
    expect(tree(project)).toEqual(before);
    expect(stateOf(project)).toMatchObject({ made_here: true });
    expect(await entriesOf(environment)).toMatchObject([{ made_here: true }]);
  });

  test('is tightened at first use after a clone under a loose umask', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    fs.writeFileSync(path.join(directory(project, '.claude/agent-brain'), 'config.json'), '{}');
    for (const name of ['.claude', '.claude/agent-brain']) fs.chmodSync(path.join(project, name), 0o775);
    fs.chmodSync(path.join(stateDirOf(project), 'config.json'), 0o664);
    const { paths } = await prepare(project, environmentIn(root));
    expect([modeOf(paths.stateDir), modeOf(path.join(project, '.claude')), modeOf(paths.configFile)]).toEqual(['700', '775', '664']);
    fs.chmodSync(paths.stateFile, 0o666);
    fs.chmodSync(paths.dataDir, 0o777);
    await prepare(project, environmentIn(root));
    expect([modeOf(paths.stateFile), modeOf(paths.dataDir)]).toEqual(['600', '700']);
  });

  test('keeps index and logs in folders of their own where the configuration says so', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const project = directory(root, 'project');
    const { paths } = await locateProject(environment, project);
    const elsewhere = { ...paths, dataDir: path.join(root, 'indexes', paths.projectId), logDir: path.join(root, 'logs', paths.projectId) };
    await prepareStateDir(elsewhere, environment);
    expect([modeOf(elsewhere.dataDir), modeOf(elsewhere.logDir)]).toEqual(['700', '700']);
    expect(fs.existsSync(path.join(paths.stateDir, 'data'))).toBe(false);
  });
});

describe('a state dir at an unsafe place is refused and nothing is made', () => {
  const places: Record<string, (project: string, outside: string) => void> = {
    'a .claude that is a link': (project, outside) => fs.symlinkSync(outside, path.join(project, '.claude')),
    'a .claude that is a link to nothing': (project) => fs.symlinkSync('nothing', path.join(project, '.claude')),
    'an agent-brain that is a link': (project, outside) => {
      directory(project, '.claude');
      fs.symlinkSync(outside, stateDirOf(project));
    },
    'an agent-brain that is a file': (project) => fs.writeFileSync(path.join(directory(project, '.claude'), 'agent-brain'), ''),
    'a .claude that is a file': (project) => fs.writeFileSync(path.join(project, '.claude'), ''),
  };
  test.each(Object.entries(places))('%s', async (_, make) => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const outside = directory(root, 'outside');
    make(project, outside);
    const before = tree(project);
    const environment = environmentIn(root);
    await expect(prepare(project, environment)).rejects.toMatchObject({ code: 'STATE_DIR_UNSAFE' });
    expect(tree(project)).toEqual(before);
    expect(tree(outside)).toEqual([]);
    expect(await entriesOf(environment)).toEqual([]);
  });

  test.each(['.claude', '.claude/agent-brain'])('a %s of another user', async (name) => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    directory(project, name);
    const environment = environmentIn(root, { uid: (process.getuid?.() ?? 0) + 1 });
    await expect(prepare(project, environment)).rejects.toMatchObject({
      code: 'STATE_DIR_UNSAFE',
      message: expect.stringContaining('belongs to user'),
    });
  });

  test('a root that is gone is not made anew', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const { paths } = await locateProject(environment, project);
    fs.rmdirSync(project);
    await expect(prepareStateDir(paths, environment)).rejects.toMatchObject({ code: 'PROJECT_PATH_MISSING' });
    expect(fs.existsSync(project)).toBe(false);
  });
});

describe('a state dir that came with a clone', () => {
  /** A repository whose author committed a whole state dir, and a user's clone of it. */
  function hostileClone(root: string, plant: (stateDir: string) => void): string {
    const author = repository(root, 'author');
    const stateDir = directory(stateDirOf(author));
    fs.writeFileSync(path.join(stateDir, 'config.json'), '{"exclude":["dist"]}');
    plant(stateDir);
    git(author, 'add', '--force', '.');
    git(author, 'commit', '--quiet', '--message=planted');
    git(root, 'clone', '--quiet', 'author', 'clone');
    return path.join(root, 'clone');
  }

  const stranger = {
    schema_version: 1,
    state_id: `s_${'b'.repeat(32)}`,
    project_root: '/home/author',
    created_at: '2026-01-01T00:00:00Z',
    made_here: true,
  };

  test('keeps its config.json alone; all else is set aside, once', async () => {
    const root = temporaryDirectory('state');
    const clone = hostileClone(root, (stateDir) => {
      fill(stateDir);
      fs.writeFileSync(path.join(stateDir, 'state.json'), JSON.stringify(stranger));
      fs.writeFileSync(path.join(stateDir, 'agent-brain.lock'), 'not empty');
      fs.writeFileSync(path.join(stateDir, '.gitignore'), '!*');
      fs.writeFileSync(path.join(stateDir, 'vectors.bin'), 'of a later version');
    });
    const environment = environmentIn(root);
    const prepared = await prepare(clone, environment, { now: () => new Date('2026-01-02T03:04:05.678Z') });
    const names = ['agent-brain.lock', 'agent-brain.pid', 'data', 'queue', 'runtime.json', 'state.json', 'vectors.bin'];
    const folder = path.join(stateDirOf(clone), 'untrusted-2026-01-02T03-04-05-678Z');
    expect(prepared).toMatchObject({
      trusted: false,
      created: false,
      moved: false,
      setAside: names.map((name) => path.join(folder, name)),
    });
    expect(prepared.warnings).toEqual([expect.stringMatching(/came with a clone.*untrusted-2026.*data.*queue/)]);
    expect(prepared.stateId).not.toBe(stranger.state_id);
    expect(modeOf(folder)).toBe('700');
    expect(fs.readFileSync(path.join(folder, 'data/index.db'), 'utf8')).toBe('rows');
    expect(fs.readFileSync(prepared.paths.configFile, 'utf8')).toBe('{"exclude":["dist"]}');
    expect(fs.readFileSync(prepared.paths.gitignoreFile, 'utf8')).toContain('\n*\n');
    expect(stateOf(clone)).toMatchObject({ project_root: clone, made_here: false });

    const again = await prepare(clone, environment);
    expect(again).toMatchObject({ trusted: true, setAside: [], warnings: [], stateId: prepared.stateId });
  });

  test('has planted links and FIFOs set aside unfollowed', async () => {
    const root = temporaryDirectory('state');
    const outside = directory(root, 'outside');
    fs.writeFileSync(path.join(outside, 'keep'), 'mine');
    const clone = hostileClone(root, (stateDir) => {
      fs.symlinkSync(outside, path.join(stateDir, 'data'));
      fs.symlinkSync(outside, path.join(stateDir, 'logs'));
      for (const name of ['state.json', 'runtime.json', 'agent-brain.lock', 'start.lock', '.gitignore'])
        fs.symlinkSync(path.join(outside, 'keep'), path.join(stateDir, name));
      fs.rmSync(path.join(stateDir, 'config.json'));
      fs.symlinkSync('/etc/passwd', path.join(stateDir, 'config.json'));
    });
    execFileSync('mkfifo', [path.join(stateDirOf(clone), 'agent-brain.pid')]);
    const { trusted, paths } = await prepare(clone, environmentIn(root));
    expect(trusted).toBe(false);
    expect(tree(outside)).toEqual(['keep']);
    expect(fs.readFileSync(path.join(outside, 'keep'), 'utf8')).toBe('mine');
    expect(modeOf(path.join(outside, 'keep'))).toBe('644');
    expect(
      fs
        .readdirSync(paths.stateDir)
        .filter((name) => !name.startsWith('untrusted-'))
        .toSorted(),
    ).toEqual(['.gitignore', 'data', 'logs', 'queue', 'state.json']);
    expect(fs.lstatSync(paths.dataDir).isDirectory()).toBe(true);
  });

  test.each([
    ['garbage', 'x'],
    ['empty', ''],
    ['of a later version', '{"schema_version":9}'],
    ['a directory', undefined],
  ])('is not trusted either with a state.json that is %s', async (_, content) => {
    const root = temporaryDirectory('state');
    const clone = hostileClone(root, (stateDir) => {
      fill(stateDir);
      if (content === undefined) fs.writeFileSync(path.join(directory(stateDir, 'state.json'), 'x'), '');
      else fs.writeFileSync(path.join(stateDir, 'state.json'), content);
    });
    expect(await prepare(clone, environmentIn(root))).toMatchObject({ trusted: false });
    expect(fs.readdirSync(path.join(stateDirOf(clone), 'data'))).toEqual([]);
  });

  test('at the place of a deleted project of ours is not taken for it', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const place = path.join(root, 'clone');
    fs.mkdirSync(place);
    await prepare(place, environment);
    fs.rmSync(place, { recursive: true });
    hostileClone(root, (stateDir) => fill(stateDir));
    expect(await prepare(place, environment)).toMatchObject({ trusted: false });
    expect(await entriesOf(environment)).toHaveLength(1);
  });

  test('and was registered before is refused when a newer version wrote its state.json', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const { paths } = await prepare(project, environment);
    fs.writeFileSync(paths.stateFile, '{"schema_version":2}');
    await expect(prepare(project, environment)).rejects.toMatchObject({ code: 'RECORD_UNSUPPORTED_VERSION' });
    expect(fs.readFileSync(paths.stateFile, 'utf8')).toBe('{"schema_version":2}');
  });
});

test('files that a pull brings into a trusted state dir are set aside, and what was ours stays', async () => {
  const root = temporaryDirectory('state');
  const author = repository(root, 'author');
  git(root, 'clone', '--quiet', 'author', 'clone');
  const clone = path.join(root, 'clone');
  const environment = environmentIn(root);
  const { stateId, paths } = await prepare(clone, environment);
  fs.writeFileSync(path.join(paths.dataDir, 'index.db'), 'rows');
  fs.writeFileSync(path.join(directory(stateDirOf(author), 'queue'), 'jobs.jsonl'), 'planted');
  git(author, 'add', '--force', '.');
  git(author, 'commit', '--quiet', '--message=planted');
  git(clone, 'pull', '--quiet');
  expect(fs.readFileSync(paths.queueFile, 'utf8')).toBe('planted');

  const prepared = await prepare(clone, environment);
  expect(prepared).toMatchObject({ stateId, warnings: [expect.stringMatching(/git has written.*queue/)] });
  expect(fs.existsSync(paths.queueFile)).toBe(false);
  expect(fs.readFileSync(path.join(paths.dataDir, 'index.db'), 'utf8')).toBe('rows');
  fs.writeFileSync(paths.queueFile, 'ours');
  expect(await prepare(clone, environment)).toMatchObject({ stateId, setAside: [] });
});

test('a user who committed the own state dir by mistake keeps working with it', async () => {
  const root = temporaryDirectory('state');
  const repo = repository(root, 'repo');
  const environment = environmentIn(root);
  const { paths } = await prepare(repo, environment);
  fill(paths.stateDir);
  git(repo, 'add', '--force', '.claude');
  git(repo, 'commit', '--quiet', '--message=mistake');
  const second = await prepare(repo, environment);
  fill(paths.stateDir);
  expect(await prepare(repo, environment)).toMatchObject({ stateId: second.stateId, trusted: true, setAside: [] });
});

test('a link that takes the place of our directory is set aside, and what was ours stays', async () => {
  const root = temporaryDirectory('state');
  const project = directory(root, 'project');
  const environment = environmentIn(root);
  const { paths, stateId } = await prepare(project, environment);
  fill(paths.stateDir);
  fs.rmSync(paths.dataDir, { recursive: true });
  fs.symlinkSync('/etc', paths.dataDir);
  const again = await prepare(project, environment);
  expect(again).toMatchObject({ stateId, trusted: true, setAside: [expect.stringMatching(/untrusted-[^/]*\/data$/)] });
  expect(fs.readdirSync(paths.dataDir)).toEqual([]);
  expect(fs.existsSync(paths.queueFile)).toBe(true);
});

describe('while an instance holds the lock', () => {
  test('nothing is set aside, also when the registry was lost', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const { paths, stateId } = await prepare(project, environment);
    fill(paths.stateDir);
    const lock = await acquireLock(paths.lockFile, { purpose: 'test' });
    fs.rmSync(homePaths(environment).registryFile);
    expect(await prepare(project, environment)).toMatchObject({ trusted: true, stateId, setAside: [] });
    await lock.release();
    expect(fs.existsSync(path.join(paths.dataDir, 'index.db'))).toBe(true);
    expect(await prepare(project, environment)).toMatchObject({ trusted: true, stateId });
  });

  test('a lock that is a link to one held elsewhere proves nothing', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const served = await prepare(directory(root, 'served'), environment);
    const lock = await acquireLock(served.paths.lockFile, { purpose: 'test' });
    const project = directory(root, 'project');
    fill(directory(stateDirOf(project)));
    fs.symlinkSync(served.paths.lockFile, path.join(stateDirOf(project), 'agent-brain.lock'));
    expect(await prepare(project, environment)).toMatchObject({ trusted: false });
    await lock.release();
  });
});

describe('a project that was moved', () => {
  test('keeps its index, is cleaned and registered anew, and stays `moved` until that is confirmed', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const [before, after] = [directory(root, 'before'), path.join(root, 'after')];
    const { stateId, paths: old } = await prepare(before, environment);
    fill(old.stateDir);
    fs.renameSync(before, after);

    const moved = await prepare(after, environment);
    expect(moved).toMatchObject({ stateId, trusted: true, moved: true, created: false, setAside: [] });
    expect(moved.paths.projectId).not.toBe(old.projectId);
    expect(tree(stateDirOf(after))).toEqual(['.gitignore', 'data/', 'data/index.db', 'logs/', 'queue/', 'queue/jobs.jsonl', 'state.json']);
    expect(await entriesOf(environment)).toMatchObject([
      { project_root: after, project_id: moved.paths.projectId, state_dir: stateDirOf(after), state_id: stateId },
    ]);

    expect(await prepare(after, environment)).toMatchObject({ moved: true });
    await confirmMove(moved.paths);
    expect(await prepare(after, environment)).toMatchObject({ moved: false, stateId });
  });

  test('is not moved when it is back before that was confirmed', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const [before, after] = [directory(root, 'before'), path.join(root, 'after')];
    const { stateId } = await prepare(before, environment);
    fs.renameSync(before, after);
    await prepare(after, environment);
    fs.renameSync(after, before);
    expect(await prepare(before, environment)).toMatchObject({ stateId, moved: false, trusted: true });
  });

  test('takes along the index that is kept in a folder named after its id', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const at = async (project: string): Promise<PreparedStateDir> => {
      const { paths } = await locateProject(environment, project);
      return await prepareStateDir({ ...paths, dataDir: path.join(root, 'indexes', paths.projectId) }, environment);
    };
    const old = await at(directory(root, 'before'));
    fs.writeFileSync(path.join(old.paths.dataDir, 'index.db'), 'rows');
    fs.renameSync(path.join(root, 'before'), path.join(root, 'after'));
    const moved = await at(path.join(root, 'after'));
    expect(moved.moved).toBe(true);
    expect(fs.readFileSync(path.join(moved.paths.dataDir, 'index.db'), 'utf8')).toBe('rows');
    expect(fs.readdirSync(path.join(root, 'indexes'))).toEqual([moved.paths.projectId]);
  });
});

describe('a project that was copied', () => {
  test('gets an id of its own and keeps nothing of the original, which keeps everything', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const original = directory(root, 'original');
    const { stateId, paths } = await prepare(original, environment);
    fill(paths.stateDir);
    const copy = path.join(root, 'copy');
    fs.cpSync(original, copy, { recursive: true });

    const prepared = await prepare(copy, environment);
    expect(prepared).toMatchObject({
      trusted: false,
      moved: false,
      setAside: expect.arrayContaining([expect.stringMatching(/copied-[^/]*\/data$/)]),
    });
    expect(prepared.warnings).toEqual([expect.stringContaining('copied')]);
    expect(prepared.stateId).not.toBe(stateId);
    expect(fs.readdirSync(prepared.paths.dataDir)).toEqual([]);
    expect(await entriesOf(environment)).toHaveLength(2);
    expect(await prepare(original, environment)).toMatchObject({ stateId, trusted: true, moved: false });
    expect(fs.readFileSync(path.join(paths.dataDir, 'index.db'), 'utf8')).toBe('rows');
  });

  test('is the original when the original is gone at first use', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const { stateId } = await prepare(directory(root, 'original'), environment);
    fs.cpSync(path.join(root, 'original'), path.join(root, 'copy'), { recursive: true });
    fs.rmSync(path.join(root, 'original'), { recursive: true });
    expect(await prepare(path.join(root, 'copy'), environment)).toMatchObject({ stateId, moved: true, trusted: true });
  });

  test('with hard links does not share the lock of the original', async (context) => {
    requirePlatform(context, 'linux'); // `cp -l`
    const root = temporaryDirectory('state');
    const environment = environmentIn(root);
    const original = await prepare(directory(root, 'original'), environment);
    const lock = await acquireLock(original.paths.lockFile, { purpose: 'test' });
    execFileSync('cp', ['-al', path.join(root, 'original'), path.join(root, 'copy')]);
    const copy = await prepare(path.join(root, 'copy'), environment);
    expect(copy.stateId).not.toBe(original.stateId);
    expect(fs.existsSync(copy.paths.lockFile)).toBe(false);
    await lock.release();
  });
});

describe('an overridden state dir', () => {
  test('is used, and clients without the variable find it', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const elsewhere = path.join(root, 'elsewhere/deep');
    const { paths } = await prepare(project, environmentIn(root, { env: { AGENT_BRAIN_STATE_DIR: elsewhere } }));
    expect(paths.stateDir).toBe(elsewhere);
    expect(tree(project)).toEqual([]);
    expect((await locateProject(environmentIn(root), project)).paths.stateDir).toBe(elsewhere);
    fs.rmSync(elsewhere, { recursive: true });
    expect((await locateProject(environmentIn(root), project)).paths.stateDir).toBe(stateDirOf(project));
  });

  test('may still have its old name, with a warning', async () => {
    const root = temporaryDirectory('state');
    const old = { DOC_SERVE_STATE_DIR: path.join(root, 'old') };
    const located = await locateProject(environmentIn(root, { env: old }), root);
    expect(located).toMatchObject({ paths: { stateDir: path.join(root, 'old') }, warnings: [expect.stringContaining('deprecated')] });
    const both = await locateProject(environmentIn(root, { env: { ...old, AGENT_BRAIN_STATE_DIR: path.join(root, 'new') } }), root);
    expect(both).toMatchObject({ paths: { stateDir: path.join(root, 'new') }, warnings: [] });
  });

  test('has one name through any link above it', async () => {
    const root = temporaryDirectory('state');
    directory(root, 'real');
    fs.symlinkSync('real', path.join(root, 'link'));
    const { paths } = await locateProject(environmentIn(root, { env: { AGENT_BRAIN_STATE_DIR: path.join(root, 'link/a/../b') } }), root);
    expect(paths.stateDir).toBe(path.join(root, 'real/b'));
  });

  test.each(['AGENT_BRAIN_STATE_DIR', 'DOC_SERVE_STATE_DIR'])('must be absolute: %s', async (name) => {
    const root = temporaryDirectory('state');
    const located = locateProject(environmentIn(root, { env: { [name]: 'relative' } }), root);
    await expect(located).rejects.toMatchObject({ code: 'STATE_DIR_NOT_ABSOLUTE', message: expect.stringContaining(name) });
  });

  test('of one project is refused to another', async () => {
    const root = temporaryDirectory('state');
    const environment = environmentIn(root, { env: { AGENT_BRAIN_STATE_DIR: path.join(root, 'shared') } });
    const first = await prepare(directory(root, 'first'), environment);
    fill(first.paths.stateDir);
    const second = prepare(directory(root, 'second'), environment);
    await expect(second).rejects.toMatchObject({ code: 'STATE_DIR_TAKEN', message: expect.stringContaining(path.join(root, 'first')) });
    expect(fs.existsSync(path.join(first.paths.dataDir, 'index.db'))).toBe(true);
    fs.rmdirSync(path.join(root, 'first'));
    expect(await prepare(path.join(root, 'second'), environment)).toMatchObject({ moved: true, stateId: first.stateId });
  });

  const refused: Record<string, (root: string) => string> = {
    'the home directory': (root) => directory(root, 'home'),
    'a directory above the project': (root) => root,
    'the project itself': (root) => directory(root, 'project'),
    "a directory with somebody else's files": (root) => path.dirname(directory(root, 'app/src')),
  };
  test.each(Object.entries(refused))('is refused when it is %s', async (_, make) => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root, { env: { AGENT_BRAIN_STATE_DIR: make(root) } });
    fs.rmSync(homePaths(environment).home, { recursive: true, force: true });
    await expect(prepare(project, environment)).rejects.toMatchObject({ code: 'STATE_DIR_UNSAFE' });
    expect(tree(root).filter((name) => name.includes('state.json') || name.includes('.gitignore'))).toEqual([]);
  });
});

describe('a failure leaves nothing half-written', () => {
  test('when the registry cannot be locked in time', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const home = homePaths(environment);
    fs.mkdirSync(home.home, { mode: 0o700 });
    const lock = await acquireLock(home.registryLockFile, { purpose: 'test' });
    await expect(prepare(project, environment, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    await lock.release();
    expect(tree(project)).toEqual([]);
  });

  test('when a step after the first file fails', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const { paths } = await locateProject(environment, project);
    fs.writeFileSync(path.join(root, 'file'), '');
    const failing = prepareStateDir({ ...paths, logDir: path.join(root, 'file/logs') }, environment);
    await expect(failing).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(tree(project)).toEqual([]);
    expect(await entriesOf(environment)).toEqual([]);
  });

  test('when the project is not writable', async (context) => {
    requireRoot(context); // to become someone whom permissions bind
    const root = temporaryDirectory('state');
    for (const open of [root, path.dirname(root)]) fs.chmodSync(open, 0o755);
    const project = repository(root, 'project');
    const home = directory(root, 'home');
    fs.chownSync(home, 65_534, 65_534);
    const output = execFileSync(process.execPath, [path.join(import.meta.dirname, 'fixtures/prepare.ts')], {
      cwd: project,
      uid: 65_534,
      gid: 65_534,
      env: { HOME: home, PATH: process.env['PATH'] },
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual({ code: 'STATE_DIR_NOT_WRITABLE', message: expect.stringContaining(project) });
    expect(tree(project).filter((name) => name.startsWith('.claude'))).toEqual([]);
  });
});
