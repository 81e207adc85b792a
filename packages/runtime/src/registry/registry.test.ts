import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import {
  collectGarbage,
  findByRoot,
  forgetProject,
  noteMode,
  noteStart,
  projectId,
  projectIdIn,
  readRegistry,
  registerProject,
  type Registration,
  type RegistryFiles,
  updateRegistry,
} from './index.ts';

function emptyHome(): RegistryFiles {
  const home = path.join(temporaryDirectory('home'), 'agent-brain');
  return {
    home,
    registryFile: path.join(home, 'registry.json'),
    registryLockFile: path.join(home, 'registry.lock'),
    projectsDir: path.join(home, 'projects'),
  };
}

let lastId = 0;
const registration = (root: string, changes: Partial<Registration> = {}): Registration => ({
  project_root: root,
  state_dir: path.join(root, '.claude/agent-brain'),
  state_id: `s_${(lastId++).toString(16).padStart(32, '0')}`,
  mode: 'project',
  made_here: false,
  ...changes,
});

type Stored = Registration & { readonly project_id: string; readonly name: string };

/** As the user daemon keeps what it knows of a project. */
function store(files: RegistryFiles, { mode: _served, made_here: _of, ...project }: Stored): void {
  const directory = path.join(files.projectsDir, project.project_id);
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  fs.writeFileSync(path.join(directory, 'project.json'), JSON.stringify({ schema_version: 1, ...project }));
}

function makeState({ state_dir, project_root }: Stored, state_id: string): void {
  fs.mkdirSync(state_dir, { recursive: true });
  const state = { schema_version: 1, state_id, project_root, created_at: '2026-01-02T03:04:05.000Z', made_here: false };
  fs.writeFileSync(path.join(state_dir, 'state.json'), JSON.stringify(state));
}

const at = (iso: string) => () => new Date(iso);
const entriesOf = async (files: RegistryFiles) => (await readRegistry(files)).registry.entries;

describe('the project id', () => {
  test('is p_ and the first 8 hex digits of SHA-256 of the root', () => {
    // printf %s /home/ada/project | sha256sum
    expect(projectId('/home/ada/project')).toBe('p_6bfafd92');
  });

  test('has 16 digits for the second root of one short id, and then stays', async () => {
    const files = emptyHome();
    const short = projectId('/second');
    await registerProject(files, registration('/first'));
    await updateRegistry(files, { purpose: 'test' }, (registry) => {
      for (const entry of registry.entries) entry.project_id = short;
    });
    const second = await registerProject(files, registration('/second'));
    expect(second.project_id).toBe(projectId('/second', 16));
    await forgetProject(files, '/first/.claude/agent-brain');
    const again = await registerProject(files, registration('/second'));
    expect(again.project_id).toBe(second.project_id);
    expect(projectIdIn((await readRegistry(files)).registry, '/second')).toBe(second.project_id);
  });
});

describe('a registration', () => {
  test('makes a private home, and a row with all that `list` shows', async () => {
    const files = emptyHome();
    const given = registration('/home/ada/project', { made_here: true });
    await registerProject(files, given, { now: at('2026-01-02T03:04:05Z') });
    expect(await entriesOf(files)).toEqual([
      { ...given, project_id: 'p_6bfafd92', name: 'project', first_seen: '2026-01-02T03:04:05.000Z', last_started: null },
    ]);
    expect(fs.statSync(files.home).mode & 0o777).toBe(0o700);
    expect(fs.statSync(files.registryFile).mode & 0o777).toBe(0o600);
  });

  test('replaces the row of its state dir and of its state id, and keeps when they were first seen and started', async () => {
    const files = emptyHome();
    const old = registration('/old');
    await registerProject(files, old, { now: at('2026-01-01T00:00:00Z') });
    await noteStart(files, old.state_dir, { now: at('2026-01-02T00:00:00Z') });
    const moved = registration('/new', { state_id: old.state_id });
    await registerProject(files, moved, { now: at('2026-01-03T00:00:00Z') });
    const rows = await entriesOf(files);
    expect(rows).toMatchObject([
      {
        project_root: '/new',
        project_id: projectId('/new'),
        first_seen: '2026-01-01T00:00:00.000Z',
        last_started: '2026-01-02T00:00:00.000Z',
      },
    ]);
    await registerProject(files, registration('/new'));
    expect(await entriesOf(files)).toHaveLength(1);
  });

  test('of one root with two state dirs is found by the one used last', async () => {
    const files = emptyHome();
    const [usual, elsewhere] = [registration('/p'), registration('/p', { state_dir: '/elsewhere' })];
    await registerProject(files, usual, { now: at('2026-01-01T00:00:00Z') });
    await registerProject(files, elsewhere, { now: at('2026-01-02T00:00:00Z') });
    expect(findByRoot({ entries: await entriesOf(files) }, '/p')).toMatchObject({ state_dir: '/elsewhere' });
    await noteStart(files, usual.state_dir, { now: at('2026-01-03T00:00:00Z') });
    expect(findByRoot({ entries: await entriesOf(files) }, '/p')).toMatchObject({ state_dir: usual.state_dir });
    const ids = (await entriesOf(files)).map((entry) => entry.project_id);
    expect(new Set(ids).size).toBe(1);
  });

  test('that is unknown is neither started nor forgotten', async () => {
    const files = emptyHome();
    expect(await noteStart(files, '/none')).toBe(false);
    expect(await forgetProject(files, '/none')).toBeUndefined();
  });
});

describe('a registry that cannot be used', () => {
  test.each([
    ['garbage', 'not json'],
    ['half a file', '{"schema_version":1,"entries":[{"pro'],
    ['empty', ''],
    ['of another form', '{"schema_version":1,"entries":{}}'],
  ])('because it is %s reads as empty with a warning, and is set aside by the next change', async (_, content) => {
    const files = emptyHome();
    fs.mkdirSync(files.home, { mode: 0o700 });
    fs.writeFileSync(files.registryFile, content);
    const read = await readRegistry(files);
    expect(read.registry.entries).toEqual([]);
    expect(read.warnings).toEqual([expect.stringContaining(files.registryFile)]);
    expect(fs.readFileSync(files.registryFile, 'utf8')).toBe(content);

    const { warnings } = await updateRegistry(files, { purpose: 'test', now: at('2026-01-02T03:04:05.678Z') }, () => undefined);
    const aside = path.join(files.home, 'registry.corrupt-2026-01-02T03-04-05-678Z.json');
    expect(warnings).toEqual([expect.stringContaining(aside)]);
    expect(fs.readFileSync(aside, 'utf8')).toBe(content);
    await registerProject(files, registration('/p'));
    expect(await entriesOf(files)).toHaveLength(1);
  });

  test.each(['damaged', 'gone'])('because it is %s has the projects of the user daemon, by its own records', async (what) => {
    const files = emptyHome();
    const [proven, copied, unplugged] = ['proven', 'copied', 'unplugged'].map((name) => ({
      ...registration(path.join(temporaryDirectory('roots'), name), { mode: 'shared' }),
      project_id: projectId(name),
      name,
    })) as [Stored, Stored, Stored];
    for (const project of [proven, copied, unplugged]) store(files, project);
    makeState(proven, proven.state_id);
    makeState(copied, unplugged.state_id);
    if (what === 'damaged') fs.writeFileSync(files.registryFile, '{');

    const read = await readRegistry(files);
    const byName = read.registry.entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(byName).toEqual([
      { ...proven, first_seen: '2026-01-02T03:04:05.000Z', last_started: null },
      { ...unplugged, first_seen: expect.any(String), last_started: null },
    ]);
    expect(read.warnings).toEqual([expect.stringContaining('prove the 2 projects')]);

    expect(await noteMode(files, proven.state_dir, 'project')).toBe(true);
    fs.rmSync(files.registryFile);
    const { registry } = await readRegistry(files);
    expect(registry.entries.find(({ state_id }) => state_id === proven.state_id)?.mode).toBe('project');
  });

  test.each(['damaged', 'gone'])('because it is %s has the projects of its copy that their state dirs still prove', async (what) => {
    const files = emptyHome();
    const [proven, anew, removed, unplugged] = ['proven', 'anew', 'removed', 'unplugged'].map((name) =>
      registration(path.join(temporaryDirectory('roots'), name)),
    ) as [Registration, Registration, Registration, Registration];
    for (const one of [proven, anew, removed, unplugged]) {
      await registerProject(files, one);
      if (one !== unplugged) makeState({ ...one, project_id: '', name: '' }, one.state_id);
    }
    makeState({ ...anew, project_id: '', name: '' }, `s_${'f'.repeat(32)}`);
    fs.rmSync(removed.state_dir, { recursive: true });
    const before = await entriesOf(files);
    if (what === 'damaged') fs.writeFileSync(files.registryFile, '{');
    else fs.rmSync(files.registryFile);

    const expected = before.filter(({ state_id }) => [proven.state_id, unplugged.state_id].includes(state_id));
    expect(await entriesOf(files)).toEqual(expected);
    await updateRegistry(files, { purpose: 'test' }, () => undefined);
    expect(JSON.parse(fs.readFileSync(files.registryFile, 'utf8'))).toMatchObject({ entries: expected });
  });

  test('because a newer version wrote it is neither used nor changed', async () => {
    const files = emptyHome();
    await registerProject(files, registration('/p'));
    fs.writeFileSync(files.registryFile, '{"schema_version":2}');
    expect(await readRegistry(files)).toMatchObject({ registry: { entries: [] }, warnings: [expect.stringContaining('newer')] });
    await expect(registerProject(files, registration('/q'))).rejects.toMatchObject({ code: 'RECORD_UNSUPPORTED_VERSION' });
    expect(fs.readFileSync(files.registryFile, 'utf8')).toBe('{"schema_version":2}');
  });

  test('because its home is a file or a link to nothing is a clear error', async () => {
    const files = emptyHome();
    fs.writeFileSync(files.home, '');
    await expect(registerProject(files, registration('/p'))).rejects.toMatchObject({ code: 'STATE_DIR_UNSAFE' });
    expect((await readRegistry(files)).registry.entries).toEqual([]);
  });
});

test('a change that throws leaves the registry as it was, and the lock free', async () => {
  const files = emptyHome();
  await registerProject(files, registration('/p'));
  const before = fs.readFileSync(files.registryFile, 'utf8');
  const failing = updateRegistry(files, { purpose: 'test' }, (registry) => {
    registry.entries = [];
    throw new Error('on purpose');
  });
  await expect(failing).rejects.toThrow('on purpose');
  expect(fs.readFileSync(files.registryFile, 'utf8')).toBe(before);
  await registerProject(files, registration('/q'), { timeoutMs: 0 });
});

test('a change that changes nothing writes nothing', async () => {
  const files = emptyHome();
  await updateRegistry(files, { purpose: 'test' }, () => undefined);
  expect(fs.existsSync(files.registryFile)).toBe(false);
});

describe('collecting garbage', () => {
  test('drops a root that was found gone 30 days ago, and no root that is there or back', async () => {
    const files = emptyHome();
    const folder = temporaryDirectory('roots');
    const there = path.join(folder, 'there');
    fs.mkdirSync(there);
    const gone = path.join(folder, 'gone');
    for (const root of [there, gone]) await registerProject(files, registration(root));

    const first = await collectGarbage(files, { now: at('2026-01-01T00:00:00Z') });
    expect(first).toMatchObject({ dropped: [], missing: [{ project_root: gone, missing_since: '2026-01-01T00:00:00.000Z' }] });
    expect((await collectGarbage(files, { now: at('2026-01-30T23:59:59Z') })).dropped).toEqual([]);

    fs.mkdirSync(gone);
    await collectGarbage(files, { now: at('2026-01-30T23:59:59Z') });
    fs.rmdirSync(gone);
    expect((await collectGarbage(files, { now: at('2026-02-01T00:00:00Z') })).missing).toMatchObject([
      { missing_since: '2026-02-01T00:00:00.000Z' },
    ]);

    const due = at('2026-03-03T00:00:00Z');
    expect((await collectGarbage(files, { now: due, dryRun: true })).dropped).toMatchObject([{ project_root: gone }]);
    expect(await entriesOf(files)).toHaveLength(2);
    expect((await collectGarbage(files, { now: due })).dropped).toMatchObject([{ project_root: gone }]);
    expect(await entriesOf(files)).toMatchObject([{ project_root: there }]);
  });

  test('counts a root that became a file as gone', async () => {
    const files = emptyHome();
    const root = path.join(temporaryDirectory('roots'), 'file');
    fs.writeFileSync(root, '');
    await registerProject(files, registration(root));
    expect((await collectGarbage(files)).missing).toHaveLength(1);
  });
});
