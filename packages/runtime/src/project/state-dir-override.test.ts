import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { locateProject } from './fixtures/locate-project.ts';
import { directory, environmentIn } from './fixtures/repositories.ts';
import { fill, prepare, stateDirOf, tree } from './fixtures/state-dirs.ts';
import { homePaths } from './index.ts';

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
