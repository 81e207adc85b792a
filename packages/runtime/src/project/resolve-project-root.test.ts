import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import type { RegistryEntry } from '@agent-brain/contract/instances';
import { describe, expect, test } from 'vitest';
import { directory, environmentIn, repository } from './fixtures/repositories.ts';
import { processEnvironment, resolveProjectRoot } from './index.ts';

const madeHere = (...roots: string[]): { entries: RegistryEntry[] } => ({
  entries: roots.map((root) => ({
    project_root: root,
    project_id: 'p_00000000',
    state_dir: path.join(root, '.claude/agent-brain'),
    state_id: `s_${'0'.repeat(32)}`,
    name: path.basename(root),
    mode: 'project',
    made_here: true,
    first_seen: '2026-01-01T00:00:00Z',
    last_started: null,
  })),
});

describe('an explicit project', () => {
  test('wins over everything, the option over the variable', async () => {
    const root = temporaryDirectory('root');
    const repo = repository(root, 'repo');
    const [one, two] = [directory(root, 'one'), directory(root, 'two')];
    const environment = environmentIn(root, { env: { AGENT_BRAIN_PROJECT: two } });
    expect(await resolveProjectRoot(repo, environment, { project: 'one' })).toBe(one);
    expect(await resolveProjectRoot(repo, environment)).toBe(two);
  });

  test('is taken as it is: no repository around it counts, and the home directory may be meant', async () => {
    const root = temporaryDirectory('root');
    const sub = directory(repository(root, 'repo'), 'sub');
    const environment = environmentIn(root);
    expect(await resolveProjectRoot('/', environment, { project: sub })).toBe(sub);
    expect(await resolveProjectRoot('/', environment, { project: environment.homedir })).toBe(environment.homedir);
  });

  test('is canonical: links are followed, dots are gone', async () => {
    const root = temporaryDirectory('root');
    directory(root, 'real/sub');
    fs.symlinkSync('real', path.join(root, 'link'));
    expect(await resolveProjectRoot('/', environmentIn(root), { project: './link/sub/../../link/.' })).toBe(path.join(root, 'real'));
  });
});

describe('a path that is no readable directory', () => {
  test.each([
    ['missing', (root: string) => path.join(root, 'none'), 'PROJECT_PATH_MISSING'],
    ['empty', () => '', 'PROJECT_PATH_MISSING'],
    ['with a NUL', () => 'a\0b', 'PROJECT_PATH_MISSING'],
    ['too long', () => 'x'.repeat(5000), 'PROJECT_PATH_MISSING'],
    ['a file', (root: string) => path.join(root, 'file'), 'PROJECT_PATH_NOT_DIRECTORY'],
    ['below a file', (root: string) => path.join(root, 'file/sub'), 'PROJECT_PATH_NOT_DIRECTORY'],
    ['a link to nothing', (root: string) => path.join(root, 'dangling'), 'PROJECT_PATH_MISSING'],
    ['a circle of links', (root: string) => path.join(root, 'circle'), 'PROJECT_PATH_MISSING'],
  ])('that is %s is refused by name, as start and as --project', async (_, pathIn, code) => {
    const root = temporaryDirectory('root');
    fs.writeFileSync(path.join(root, 'file'), '');
    fs.symlinkSync('nothing', path.join(root, 'dangling'));
    fs.symlinkSync('circle', path.join(root, 'circle'));
    const given = pathIn(root);
    await expect(resolveProjectRoot(given, environmentIn(root))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`"${given}"`),
    });
    await expect(resolveProjectRoot('/', environmentIn(root), { project: given })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('--project'),
    });
  });

  test('is refused when permissions forbid to read it', (context) => {
    requireRoot(context); // to become someone whom permissions bind
    const root = temporaryDirectory('root');
    const closed = directory(root, 'closed');
    fs.chmodSync(root, 0o755);
    fs.chmodSync(path.dirname(root), 0o755);
    fs.chmodSync(closed, 0o700);
    const script = `import { resolveProjectRoot } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))};
      const environment = { env: {}, cwd: '/', homedir: '/nonexistent', uid: 65534, platform: 'linux' };
      console.log(await resolveProjectRoot(${JSON.stringify(closed)}, environment).catch((error) => error.code));`;
    expect(
      execFileSync(process.execPath, ['--input-type=module', '--eval', script], { uid: 65_534, gid: 65_534, encoding: 'utf8' }).trim(),
    ).toBe('PROJECT_PATH_UNREADABLE');
  });

  test('is a clear error when the working directory was removed', () => {
    const root = temporaryDirectory('root');
    const script = `import fs from 'node:fs'; import { processEnvironment, resolveProjectRoot } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))};
      fs.rmdirSync(process.cwd());
      const environment = processEnvironment();
      console.log(await resolveProjectRoot('.', environment).catch((error) => error.code));`;
    expect(
      execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: directory(root, 'gone'), encoding: 'utf8' }).trim(),
    ).toBe('PROJECT_PATH_MISSING');
  });
});

describe('a nested project made with `init --here`', () => {
  test('is the root of what lies in it, the nearest first', async () => {
    const root = temporaryDirectory('root');
    const repo = repository(root, 'repo');
    const [outer, inner] = [directory(repo, 'a'), directory(repo, 'a/b/c')];
    const registry = madeHere(outer, inner);
    const environment = environmentIn(root);
    expect(await resolveProjectRoot(directory(inner, 'd'), environment, { registry })).toBe(inner);
    expect(await resolveProjectRoot(directory(repo, 'a/b'), environment, { registry })).toBe(outer);
    expect(await resolveProjectRoot(repo, environment, { registry })).toBe(repo);
  });

  test('does not reach into a repository inside of it', async () => {
    const root = temporaryDirectory('root');
    const inner = repository(root, 'outer/inner');
    expect(await resolveProjectRoot(inner, environmentIn(root), { registry: madeHere(path.join(root, 'outer')) })).toBe(inner);
  });

  test('counts in a dotfiles repository, whose own root is refused', async () => {
    const root = temporaryDirectory('root');
    const home = repository(root, 'home');
    const nested = directory(home, 'code/nested');
    const environment = environmentIn(root);
    expect(await resolveProjectRoot(nested, environment, { registry: madeHere(nested, home) })).toBe(nested);
    await expect(resolveProjectRoot(path.dirname(nested), environment, { registry: madeHere(nested, home) })).rejects.toMatchObject({
      code: 'PROJECT_ROOT_REFUSED',
    });
  });

  test('is found without a repository also when its state lies elsewhere', async () => {
    const root = temporaryDirectory('root');
    const nested = directory(root, 'plain/nested');
    expect(await resolveProjectRoot(directory(nested, 'sub'), environmentIn(root), { registry: madeHere(nested) })).toBe(nested);
  });
});

describe('without a repository', () => {
  test('the nearest .claude directory is the root, before any build file', async () => {
    const root = temporaryDirectory('root');
    directory(root, 'a/.claude');
    fs.writeFileSync(path.join(directory(root, 'a/b'), 'package.json'), '{}');
    expect(await resolveProjectRoot(directory(root, 'a/b/c'), environmentIn(root))).toBe(path.join(root, 'a'));
  });

  test.each(['pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml', 'pom.xml', 'build.gradle', '.hg/store'])(
    'the nearest %s marks the root',
    async (marker) => {
      const root = temporaryDirectory('root');
      const project = directory(root, 'outer/project');
      for (const holder of [path.dirname(project), project]) {
        fs.mkdirSync(path.dirname(path.join(holder, marker)), { recursive: true });
        fs.writeFileSync(path.join(holder, marker), '');
      }
      expect(await resolveProjectRoot(directory(project, 'src/deep'), environmentIn(root))).toBe(project);
    },
  );

  test('a .claude that is a file marks nothing', async () => {
    const root = temporaryDirectory('root');
    fs.writeFileSync(path.join(directory(root, 'a'), '.claude'), '');
    expect(await resolveProjectRoot(directory(root, 'a/b'), environmentIn(root))).toBe(path.join(root, 'a/b'));
  });

  test('and without a mark it is the start directory', async () => {
    const root = temporaryDirectory('root');
    expect(await resolveProjectRoot('plain', environmentIn(root, { cwd: path.dirname(directory(root, 'plain')) }))).toBe(
      path.join(root, 'plain'),
    );
  });
});

describe('the home directory and /', () => {
  test('are refused as a work tree, and the error asks for --project', async () => {
    const root = temporaryDirectory('root');
    const home = repository(root, 'home');
    const start = directory(home, 'code/plain');
    await expect(resolveProjectRoot(start, environmentIn(root))).rejects.toMatchObject({
      code: 'PROJECT_ROOT_REFUSED',
      message: `Will not take ${home} as the project of ${start} — its git work tree is the home directory`,
      hint: expect.stringContaining('--project'),
    });
  });

  test('are recognised through a symbolic link', async () => {
    const root = temporaryDirectory('root');
    repository(root, 'home');
    fs.symlinkSync('home', path.join(root, 'linked'));
    const environment = environmentIn(root, { homedir: path.join(root, 'linked') });
    await expect(resolveProjectRoot(path.join(root, 'home'), environment)).rejects.toMatchObject({ code: 'PROJECT_ROOT_REFUSED' });
  });

  test('do not hide a repository inside of a dotfiles repository', async () => {
    const root = temporaryDirectory('root');
    repository(root, 'home');
    const inner = repository(root, 'home/code/inner');
    expect(await resolveProjectRoot(directory(inner, 'src'), environmentIn(root))).toBe(inner);
  });

  test('are passed by when they hold .claude or a build file, as the home of every user of Claude Code does', async () => {
    const root = temporaryDirectory('root');
    directory(root, 'home/.claude');
    fs.writeFileSync(path.join(root, 'home/package.json'), '{}');
    const project = directory(root, 'home/project');
    const environment = environmentIn(root);
    expect(await resolveProjectRoot(project, environment)).toBe(project);
    fs.writeFileSync(path.join(project, 'go.mod'), '');
    expect(await resolveProjectRoot(directory(project, 'sub'), environment)).toBe(project);
  });

  test.each(['home', '/'])('are refused as a start: %s', async (start) => {
    const root = temporaryDirectory('root');
    const environment = environmentIn(root, { env: { PATH: '' } });
    await expect(resolveProjectRoot(start, environment)).rejects.toMatchObject({ code: 'PROJECT_ROOT_REFUSED' });
  });
});

test('the environment of this process has absolute paths', () => {
  const environment = processEnvironment();
  expect([path.isAbsolute(environment.cwd), path.isAbsolute(environment.homedir), environment.platform]).toEqual([
    true,
    true,
    process.platform,
  ]);
});
