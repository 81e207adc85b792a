import fs from 'node:fs';
import path from 'node:path';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { find, indexAll, SharedPlace } from './fixtures/shared-place.ts';

const MINUTE = 60_000;

async function oneProject() {
  const place = new SharedPlace();
  const root = place.project('Übung eins', { 'a.md': '# lantern\n' });
  const projects = await place.serve();
  const { project_id: id } = await projects.add(root);
  return { place, root, projects, id };
}

test('a project that nobody used for 15 minutes is unloaded, and the next question loads it again', async () => {
  const { place, root, projects, id } = await oneProject();
  expect(projects.loaded()).toEqual([]);
  await indexAll(projects, id);
  expect(fs.existsSync(path.join(place.home, 'projects', id, 'data', 'index.db'))).toBe(true);
  expect(fs.readdirSync(place.stateFile(root, 'data'))).toEqual([]);
  place.clock.advance(14 * MINUTE);
  await projects.unloadIdle(place.clock.now());
  expect(projects.loaded()).toHaveLength(1);
  await place.unloadAll(projects);
  expect([projects.count, place.isLocked(root), projects.list()[0]?.loaded]).toEqual([1, true, false]);
  expect(await projects.look(id)).toMatchObject({ index: { documents: 1, state: 'ready' }, watcher: { state: 'off' } });
  expect(projects.loaded()).toEqual([]);
  expect(await find(projects, id, 'lantern')).toEqual(['a.md']);
  expect(await projects.use(id, ({ queue }) => queue.list({ limit: 10, offset: 0 }).jobs.map(({ status }) => status))).toEqual([
    'completed',
  ]);
});

test('a project stays in memory while somebody holds it, or a job waits in it', async () => {
  const { place, projects, id } = await oneProject();
  const { release, project } = await projects.lease(id);
  place.clock.advance(60 * MINUTE);
  await projects.unloadIdle(place.clock.now());
  expect([projects.loaded().length, projects.busy()]).toEqual([1, true]);
  release();
  release();
  // A release is a use: the 15 minutes begin with it.
  await projects.unloadIdle(place.clock.now());
  expect(projects.loaded()).toEqual([project]);
  await place.unloadAll(projects);
  expect(projects.busy()).toBe(false);
});

test('no more than three projects that nobody uses stay in memory: those that were used last', async () => {
  const place = new SharedPlace();
  const projects = await place.serve();
  const ids: string[] = [];
  for (let number = 0; number < 5; number += 1) {
    const { project_id: id } = await projects.add(place.project(`p${number}`, { 'a.md': 'x' }));
    ids.push(id);
    place.clock.sleep(1);
    await projects.use(id, () => {});
  }
  await waitUntil('two have been unloaded', () => projects.loaded().length === 3);
  expect(projects.loaded().map(({ id }) => id)).toEqual(ids.slice(2));
});

test('those who ask at once share one load; who asks while it is being unloaded gets the next', async () => {
  const { place, projects, id } = await oneProject();
  await Promise.all(Array.from({ length: 20 }, () => find(projects, id, 'x')));
  expect(place.said('the project was loaded')).toBe(1);
  const [before] = projects.loaded();
  place.clock.sleep(16 * MINUTE);
  const unloaded = projects.unloadIdle(place.clock.now());
  const after = await projects.use(id, (project) => project);
  await unloaded;
  expect(after).not.toBe(before);
  expect(await find(projects, id, 'x')).toEqual([]);
});

test('a project that cannot be loaded is named, and holds up no other; when it is mended it answers', async () => {
  const { place, root, projects, id } = await oneProject();
  const other = await projects.add(place.project('other', { 'b.md': '# harbour\n' }));
  fs.writeFileSync(place.stateFile(root, 'config.json'), '{"include": 3}');
  await expect(find(projects, id, 'x')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(root),
    data: { project_id: id },
  });
  await indexAll(projects, other.project_id);
  expect(await find(projects, other.project_id, 'harbour')).toEqual(['b.md']);
  fs.rmSync(place.stateFile(root, 'config.json'));
  expect(await find(projects, id, 'x')).toEqual([]);
});

test('what leaves is told to those who hold it; lock and pointer are gone when the answer comes, the index stays', async () => {
  const { place, root, projects, id } = await oneProject();
  await indexAll(projects, id);
  const { signal, release } = await projects.lease(id);
  expect(await place.modeOf(root)).toBe('shared');
  signal.addEventListener('abort', release);
  const removal = await projects.remove(id, { purge: false });
  expect([fs.existsSync(place.stateFile(root, 'runtime.json')), place.isLocked(root), await place.modeOf(root)]).toEqual([
    false,
    false,
    'project',
  ]);
  expect(fs.existsSync(path.join(removal.storage, 'data', 'index.db'))).toBe(true);
  await expect(projects.lease(id)).rejects.toMatchObject({ code: 'PROJECT_UNKNOWN' });
  await expect(projects.remove(id, { purge: false })).rejects.toMatchObject({ code: 'PROJECT_UNKNOWN' });

  expect((await projects.add(root)).project_id).toBe(id);
  expect(await find(projects, id, 'lantern')).toEqual(['a.md']);
  expect(await projects.remove(id, { purge: true })).toEqual({ project_id: id, purged: true, storage: removal.storage });
  expect(fs.existsSync(removal.storage)).toBe(false);
  await projects.add(root);
  expect(await find(projects, id, 'lantern')).toEqual([]);
});

test('whoever holds on to a project that leaves has ten seconds', async () => {
  const { place, projects, id } = await oneProject();
  const { release } = await projects.lease(id);
  const removed = projects.remove(id, { purge: false });
  let isRemoved = false;
  void removed.then(() => (isRemoved = true));
  // Whenever the wait begins, its ten seconds are of this clock.
  await waitUntil('the project is removed', () => {
    place.clock.advance(1_000);
    return isRemoved;
  });
  release();
});

test('a project whose state dir was removed is served no longer, and has its index when it is registered again', async () => {
  const { place, root, projects, id } = await oneProject();
  await indexAll(projects, id);
  fs.rmSync(path.join(root, '.claude'), { recursive: true });
  await projects.tend(place.clock.now());
  expect([projects.count, place.said('the lock of the project was lost')]).toEqual([0, 1]);
  expect(fs.existsSync(path.join(root, '.claude'))).toBe(false);
  expect((await projects.add(root)).project_id).toBe(id);
  expect(await find(projects, id, 'lantern')).toEqual(['a.md']);
});

test('another directory at the place of a project that was removed is a new project', async () => {
  const { place, root, projects, id } = await oneProject();
  await indexAll(projects, id);
  // It stays, so that the new one cannot have its inode.
  fs.renameSync(root, `${root} before`);
  fs.rmSync(path.join(`${root} before`, '.claude'), { recursive: true });
  fs.mkdirSync(root);
  await projects.tend(place.clock.now());
  expect((await projects.add(root)).project_id).toBe(id);
  expect(await find(projects, id, 'lantern')).toEqual([]);
});

test('a project that is moved takes its index along, and is compared with the files at its new place', async () => {
  const { place, root, projects, id } = await oneProject();
  await indexAll(projects, id);
  const moved = path.join(place.directory, 'moved');
  fs.renameSync(root, moved);
  const { project_id: newId } = await projects.add(moved);
  expect(newId).not.toBe(id);
  expect(projects.list().map(({ project_root }) => project_root)).toEqual([moved]);
  expect(await find(projects, newId, 'lantern')).toEqual(['a.md']);
  expect(fs.readdirSync(path.join(place.home, 'projects'))).toEqual([newId]);
});

test('a pointer that was damaged or removed is there again after a look, and for whoever registers the project again', async () => {
  const { place, root, projects, id } = await oneProject();
  const file = place.stateFile(root, 'runtime.json');
  const pointer = fs.readFileSync(file, 'utf8');
  expect(JSON.parse(pointer)).toEqual({
    schema_version: 1,
    mode: 'shared',
    project_root: root,
    project_id: id,
    home: place.home,
    base_url: 'http://127.0.0.1:45123',
    instance_id: 'ab_0123456789ab',
  });
  const directory = (): void => {
    fs.rmSync(file);
    fs.mkdirSync(path.join(file, 'deep'), { recursive: true });
  };
  for (const harm of [() => fs.rmSync(file), () => fs.writeFileSync(file, '{"mode":'), () => fs.writeFileSync(file, '{}'), directory]) {
    for (const heal of [() => projects.tend(place.clock.now()), () => projects.add(root)]) {
      harm();
      await heal();
      expect(fs.readFileSync(file, 'utf8')).toBe(pointer);
    }
  }
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  const aside = fs.readdirSync(path.dirname(file)).filter((name) => name.startsWith('untrusted-'));
  for (const name of aside) expect(fs.readdirSync(path.join(path.dirname(file), name, 'runtime.json'))).toEqual(['deep']);
  expect(aside).toHaveLength(2);
});

test('a daemon takes up the projects of the one before it; what cannot be had is left out', async () => {
  const { place, root, projects, id } = await oneProject();
  const gone = place.project('gone', { 'x.md': 'x' });
  await projects.add(gone);
  await indexAll(projects, id);
  await projects.close(0);
  expect([place.isLocked(root), fs.existsSync(place.stateFile(root, 'runtime.json')), await place.modeOf(root)]).toEqual([
    false,
    false,
    'shared',
  ]);
  fs.rmSync(gone, { recursive: true });
  const next = await place.serve({ instanceId: 'ab_ffffffffffff' });
  expect(next.list().map(({ project_id }) => project_id)).toContain(id);
  // One that is asked for is taken up at once.
  expect((await next.look(id)).index.documents).toBe(1);
  await waitUntil('the other one is given up', () => next.count === 1);
  expect([next.loaded().length, place.isLocked(root), place.said('is not served')]).toEqual([0, true, 1]);
  expect(JSON.parse(fs.readFileSync(place.stateFile(root, 'runtime.json'), 'utf8'))).toMatchObject({ instance_id: 'ab_ffffffffffff' });
  expect(await find(next, id, 'lantern')).toEqual(['a.md']);
  await expect(projects.use(id, () => 1)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

test('a path that is no absolute path of a directory is refused, and leaves nothing', async () => {
  const { place, projects } = await oneProject();
  await expect(projects.add('Übung eins')).rejects.toMatchObject({ code: 'REQUEST_INVALID', errors: [{ pointer: '/project_root' }] });
  await expect(projects.add(path.join(place.directory, 'none'))).rejects.toMatchObject({ code: 'PROJECT_PATH_MISSING' });
  await expect(projects.add(path.join(place.directory, 'Übung eins', 'a.md'))).rejects.toMatchObject({
    code: 'PROJECT_PATH_NOT_DIRECTORY',
  });
  expect(projects.count).toBe(1);
});

test("the daemon's sizes stand where the user's configuration stands: the project's own go before them", async () => {
  const place = new SharedPlace();
  fs.writeFileSync(path.join(place.home, 'config.json'), '{"chunk_size": 700, "watch": false}');
  fs.writeFileSync(path.join(place.home, 'shared_config.json'), '{"chunk_size": 800, "chunk_overlap": 100}');
  const projects = await place.serve();
  const config = async (name: string, own?: object) => {
    const root = place.project(name, own === undefined ? {} : { '.claude/agent-brain/config.json': JSON.stringify(own) });
    fs.mkdirSync(root, { recursive: true });
    const { project_id } = await projects.add(root);
    return projects.use(project_id, ({ config: { chunk_size, chunk_overlap, watch } }) => [chunk_size, chunk_overlap, watch]);
  };
  expect(await config('plain')).toEqual([800, 100, false]);
  expect(await config('own', { chunk_size: 900, watch: true })).toEqual([900, 100, true]);
});
