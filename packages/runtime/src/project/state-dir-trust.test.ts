import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../locks/index.ts';
import { directory, environmentIn, git, repository } from './fixtures/repositories.ts';
import { entriesOf, fill, modeOf, prepare, stateDirOf, stateOf, tree } from './fixtures/state-dirs.ts';
import { type Environment, homePaths } from './index.ts';

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

describe('two homes in turn on one project', () => {
  test('set its state aside once, and then each finds what the other has left', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const [first, second] = ['first', 'second'].map((name) => environmentIn(directory(root, name))) as [Environment, Environment];
    const one = await prepare(project, first);
    fill(one.paths.stateDir);
    const other = await prepare(project, second);
    expect(other).toMatchObject({ trusted: false, setAside: expect.arrayContaining([expect.stringMatching(/untrusted-[^/]*\/data$/)]) });
    fill(other.paths.stateDir);
    for (const [environment, { stateId }] of [
      [first, one],
      [second, other],
      [first, one],
    ] as const)
      expect(await prepare(project, environment)).toMatchObject({ trusted: true, stateId, setAside: [], moved: false });
    expect(fs.readFileSync(path.join(one.paths.dataDir, 'index.db'), 'utf8')).toBe('rows');

    // A copy is no original for either of them, whichever id the record names first.
    fs.cpSync(project, path.join(root, 'copy'), { recursive: true });
    expect(await prepare(path.join(root, 'copy'), first)).toMatchObject({ trusted: false, moved: false });
  });

  test('a clone that brings ids of others is trusted by nobody', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const others = Array.from({ length: 8 }, (_, index) => `s_${String(index).repeat(32)}`);
    const record = {
      schema_version: 1,
      state_id: `s_${'b'.repeat(32)}`,
      project_root: project,
      created_at: '2026-01-01T00:00:00Z',
      made_here: false,
    };
    fill(directory(stateDirOf(project)));
    fs.writeFileSync(path.join(stateDirOf(project), 'state.json'), JSON.stringify({ ...record, other_ids: others }));
    const prepared = await prepare(project, environment);
    expect(prepared).toMatchObject({ trusted: false });
    expect(fs.readdirSync(prepared.paths.dataDir)).toEqual([]);
    expect(stateOf(project)['other_ids']).toHaveLength(8);
    expect(await prepare(project, environment)).toMatchObject({ trusted: true, stateId: prepared.stateId });
  });

  test('a lost registry knows the projects that have an instance of their own', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const { paths, stateId } = await prepare(project, environment);
    fill(paths.stateDir);
    fs.rmSync(homePaths(environment).registryFile);
    expect(await prepare(project, environment)).toMatchObject({ trusted: true, stateId, setAside: [] });
  });
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

  test('what a link in place of a file leads to keeps its permissions', async () => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const environment = environmentIn(root);
    const { paths } = await prepare(project, environment);
    const lock = await acquireLock(paths.lockFile, { purpose: 'test' });
    const outside = path.join(root, 'outside');
    fs.writeFileSync(outside, '');
    fs.chmodSync(outside, 0o644);
    fs.symlinkSync(outside, paths.runtimeFile);
    fs.symlinkSync(outside, paths.pidFile);
    fs.chmodSync(paths.stateFile, 0o644);
    expect(await prepare(project, environment)).toMatchObject({ trusted: true });
    await lock.release();
    expect([modeOf(outside), modeOf(paths.stateFile)]).toEqual(['644', '600']);
  });

  test.each([
    ['nobody', undefined],
    ['a process that has ended', { pid: 4_194_303, process_started_at: 'x' }],
    ['a living process, but not when it started', { pid: process.pid, process_started_at: 'x' }],
  ])('a lock that is held by somebody who cleans up, beside a planted record of %s, proves nothing', async (_who, planted) => {
    const root = temporaryDirectory('state');
    const project = directory(root, 'project');
    const stateDir = directory(stateDirOf(project));
    fill(stateDir);
    const record = { schema_version: 1, host: 'h', version: '1.0.0', acquired_at: '2026-01-01T00:00:00Z', purpose: 'serve', ...planted };
    if (planted !== undefined) fs.writeFileSync(path.join(stateDir, 'agent-brain.holder.json'), JSON.stringify(record));
    const cleaner = await acquireLock(path.join(stateDir, 'agent-brain.lock'), { purpose: 'clean residue', record: false });
    const prepared = await prepare(project, environmentIn(root));
    await cleaner.release();
    expect(prepared).toMatchObject({ trusted: false, created: false });
    expect(fs.existsSync(path.join(prepared.paths.dataDir, 'index.db'))).toBe(false);
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
