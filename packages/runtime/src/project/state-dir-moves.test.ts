import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../locks/index.ts';
import { locateProject } from './fixtures/locate-project.ts';
import { directory, environmentIn } from './fixtures/repositories.ts';
import { entriesOf, fill, prepare, stateDirOf, tree } from './fixtures/state-dirs.ts';
import { confirmMove, type PreparedStateDir, prepareStateDir } from './index.ts';

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
