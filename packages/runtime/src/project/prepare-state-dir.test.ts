import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../locks/index.ts';
import { locateProject } from './fixtures/locate-project.ts';
import { directory, environmentIn, git, repository } from './fixtures/repositories.ts';
import { entriesOf, fill, modeOf, prepare, stateDirOf, stateOf, tree } from './fixtures/state-dirs.ts';
import { homePaths, prepareStateDir } from './index.ts';

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
    expect([modeOf(prepared.paths.stateFile), modeOf(prepared.paths.gitignoreFile)]).toEqual(['600', '644']);
    // Other programs keep their files in it as well.
    expect(modeOf(path.join(repo, '.claude'))).toBe((0o777 & ~process.umask()).toString(8));
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
    expect(git(repo, 'status', '--porcelain', '--untracked-files=all')).toBe('');
    fs.writeFileSync(prepared.paths.configFile, '{}');
    git(repo, 'add', '--all');
    expect(git(repo, 'diff', '--cached', '--name-only').split('\n').filter(Boolean)).toEqual(['.claude/agent-brain/config.json']);
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
