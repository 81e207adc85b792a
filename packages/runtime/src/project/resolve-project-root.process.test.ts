import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requireNamespaces, requirePlatform, requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import type { Environment } from './environment.ts';
import { directory, environmentIn, git, repository } from './fixtures/repositories.ts';
import { resolveProjectRoot } from './index.ts';

/** Makes a layout in an empty directory and says which root each start must give, both relative to it. */
type Layout = (root: string) => Record<string, string>;

const layouts: Record<string, Layout> = {
  'a repository and its subdirectories': (root) => {
    repository(root, 'repo');
    directory(root, 'repo/packages/a/.claude');
    fs.writeFileSync(path.join(root, 'repo/packages/a/package.json'), '{}');
    return { repo: 'repo', 'repo/packages': 'repo', 'repo/packages/a': 'repo', 'repo/packages/a/.claude': 'repo' };
  },
  'a start inside .git': (root) => {
    repository(root, 'repo');
    return { 'repo/.git': 'repo', 'repo/.git/hooks': 'repo' };
  },
  'a start behind a symbolic link': (root) => {
    repository(root, 'repo');
    directory(root, 'repo/deep/er');
    fs.symlinkSync('repo', path.join(root, 'link'));
    fs.symlinkSync(path.join(root, 'repo/deep'), path.join(root, 'shortcut'));
    return { link: 'repo', 'link/deep': 'repo', 'shortcut/er': 'repo' };
  },
  'a worktree, outside and inside of its repository': (root) => {
    const repo = repository(root, 'repo');
    git(repo, 'worktree', 'add', '--quiet', '../beside', '-b', 'beside');
    git(repo, 'worktree', 'add', '--quiet', '.claude/worktrees/within', '-b', 'within');
    directory(root, 'beside/sub');
    return { 'beside/sub': 'beside', 'repo/.claude/worktrees/within': 'repo/.claude/worktrees/within', 'repo/.claude': 'repo' };
  },
  'nested submodules': (root) => {
    repository(root, 'leaf');
    const middle = repository(root, 'middle');
    git(middle, 'submodule', '--quiet', 'add', '../leaf', 'libs/leaf');
    git(middle, 'commit', '--quiet', '--message=leaf');
    const outer = repository(root, 'outer');
    git(outer, 'submodule', '--quiet', 'add', '../middle', 'third party/mïddle');
    git(outer, 'submodule', '--quiet', 'update', '--init', '--recursive');
    return {
      'outer/third party/mïddle/libs/leaf': 'outer',
      'outer/third party/mïddle/libs': 'outer',
      'outer/third party': 'outer',
      'middle/libs/leaf': 'middle',
    };
  },
  'a submodule in a worktree of its superproject': (root) => {
    repository(root, 'leaf');
    const outer = repository(root, 'outer');
    git(outer, 'submodule', '--quiet', 'add', '../leaf', 'leaf');
    git(outer, 'commit', '--quiet', '--message=leaf');
    git(outer, 'worktree', 'add', '--quiet', '../tree', '-b', 'tree');
    git(path.join(root, 'tree'), 'submodule', '--quiet', 'update', '--init');
    git(path.join(outer, 'leaf'), 'worktree', 'add', '--quiet', '../leaf-tree', '-b', 'leaf-tree');
    return { 'tree/leaf': 'tree', 'outer/leaf': 'outer', 'outer/leaf-tree': 'outer/leaf-tree' };
  },
  'a submodule that keeps its repository in its own directory': (root) => {
    const outer = repository(root, 'outer');
    repository(root, 'outer/old');
    git(outer, 'add', 'old');
    return { 'outer/old': 'outer' };
  },
  'a submodule that the superproject has dropped from its index': (root) => {
    repository(root, 'leaf');
    const outer = repository(root, 'outer');
    git(outer, 'submodule', '--quiet', 'add', '../leaf', 'leaf');
    git(outer, 'rm', '--quiet', '--cached', 'leaf');
    return { 'outer/leaf': 'outer/leaf' };
  },
  'a clone inside of a repository that does not know it': (root) => {
    repository(root, 'outer');
    repository(root, 'outer/vendor/clone');
    return { 'outer/vendor/clone': 'outer/vendor/clone', 'outer/vendor': 'outer' };
  },
  'a repository kept elsewhere (git init --separate-git-dir)': (root) => {
    git(root, 'init', '--quiet', '--separate-git-dir', 'kept', 'tree');
    directory(root, 'tree/sub');
    return { 'tree/sub': 'tree' };
  },
  'a gitfile that leads nowhere': (root) => {
    repository(root, 'outer');
    fs.writeFileSync(path.join(directory(root, 'outer/tree/sub'), '../.git'), 'gitdir: /not/mounted/here\n');
    return { 'outer/tree/sub': 'outer/tree' };
  },
  'names with newlines, umlauts and leading dashes': (root) => {
    repository(root, 'a\nb\n');
    directory(root, 'a\nb\n/ü\nß/-c');
    repository(root, 'a\nb\n/ü\nß/leaf');
    git(path.join(root, 'a\nb\n'), 'add', 'ü\nß/leaf'); // `git submodule` cannot live with such names itself
    return { 'a\nb\n': 'a\nb\n', 'a\nb\n/ü\nß/-c': 'a\nb\n', 'a\nb\n/ü\nß/leaf': 'a\nb\n' };
  },
  'an empty .git directory in a repository, and one on its own': (root) => {
    repository(root, 'repo');
    directory(root, 'repo/sub/.git');
    directory(root, 'lone/.git');
    directory(root, 'lone/sub');
    return { 'repo/sub': 'repo', 'lone/sub': 'lone' };
  },
  'a core.worktree that leads out of the repository': (root) => {
    directory(root, 'secret');
    const repo = repository(root, 'repo');
    git(repo, 'config', 'core.worktree', path.join(root, 'secret'));
    return { repo: 'repo' };
  },
  'a core.worktree that leads to the folder around the repository': (root) => {
    fs.writeFileSync(path.join(directory(root, 'mine'), 'secret.txt'), 'x');
    const repo = repository(root, 'mine/archive');
    directory(repo, 'sub');
    git(repo, 'config', 'core.worktree', '../..');
    return { 'mine/archive': 'mine/archive', 'mine/archive/sub': 'mine/archive' };
  },
  'a committed bare repository whose core.worktree leads out of the clone': (root) => {
    const clone = repository(root, 'mine/clone');
    git(clone, 'init', '--quiet', '--bare', 'tools');
    git(path.join(clone, 'tools'), 'config', 'core.bare', 'false');
    git(path.join(clone, 'tools'), 'config', 'core.worktree', '../..');
    return { 'mine/clone/tools': 'mine/clone', 'mine/clone/tools/hooks': 'mine/clone' };
  },
  'a bare repository without a clone around it': (root) => {
    git(directory(root, 'mine'), 'init', '--quiet', '--bare', 'tools');
    git(path.join(root, 'mine/tools'), 'config', 'core.bare', 'false');
    git(path.join(root, 'mine/tools'), 'config', 'core.worktree', '..');
    return { 'mine/tools': 'mine/tools' };
  },
  'a gitfile that leads to the repository of somebody else': (root) => {
    const other = repository(root, 'other');
    git(root, 'init', '--quiet', 'mine');
    fs.writeFileSync(path.join(directory(root, 'mine/archive/sub'), '../.git'), `gitdir: ${other}/.git\n`);
    return { 'mine/archive': 'mine/archive', 'mine/archive/sub': 'mine/archive' };
  },
  'a worktree that `git add -A` has made a gitlink of': (root) => {
    const repo = repository(root, 'repo');
    git(repo, 'worktree', 'add', '--quiet', '.worktrees/one', '-b', 'one');
    git(repo, 'add', '-A');
    expect(git(repo, 'ls-files', '--stage')).toMatch(/^160000 .*\.worktrees\/one$/m);
    return { 'repo/.worktrees/one': 'repo/.worktrees/one', 'repo/.worktrees': 'repo' };
  },
  'a submodule that a split index lists': (root) => {
    repository(root, 'leaf');
    const outer = repository(root, 'outer');
    git(outer, 'update-index', '--split-index');
    git(outer, 'submodule', '--quiet', 'add', '../leaf', 'leaf');
    return { 'outer/leaf': 'outer' };
  },
};

function withFakeGit(root: string, environment: Environment, script: string): Environment {
  const bin = directory(root, 'fake-bin');
  fs.writeFileSync(path.join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { ...environment, env: { ...environment.env, PATH: `${bin}:/usr/bin:/bin` } };
}

const gits: Record<string, (root: string) => Environment> = {
  'with git': (root) => environmentIn(root),
  'without git on PATH': (root) => environmentIn(root, { env: { PATH: directory(root, 'empty-bin') } }),
  'with a git that names another work tree': (root) => withFakeGit(root, environmentIn(root), `echo ${root}`),
};

describe.each(Object.entries(layouts))('%s', (_name, layout) => {
  test.each(Object.entries(gits))('has one project root %s', async (_, environmentOf) => {
    const root = temporaryDirectory('root');
    const expected = layout(root);
    const environment = environmentOf(root);
    const found: Record<string, string> = {};
    for (const start of Object.keys(expected)) {
      found[start] = path.relative(root, await resolveProjectRoot(path.join(root, start), environment));
    }
    expect(found).toEqual(expected);
  });
});

test('GIT_DIR and GIT_WORK_TREE of the caller do not redirect the question', async () => {
  const root = temporaryDirectory('root');
  const repo = repository(root, 'repo');
  const other = repository(root, 'other');
  const env = { GIT_DIR: path.join(other, '.git'), GIT_WORK_TREE: root, GIT_CEILING_DIRECTORIES: repo, GIT_INDEX_FILE: '/dev/null' };
  expect(await resolveProjectRoot(directory(repo, 'sub'), environmentIn(root, { env }))).toBe(repo);
});

test('nothing that a hostile repository configures or contains runs', async () => {
  const root = temporaryDirectory('root');
  const repo = repository(root, 'repo');
  const touch = path.join(repo, 'touch.sh');
  fs.writeFileSync(touch, `#!/bin/sh\ntouch ${root}/ran\n`, { mode: 0o755 });
  for (const key of ['core.fsmonitor', 'core.pager', 'core.editor', 'core.sshCommand', 'alias.rev-parse'])
    git(repo, 'config', key, key.startsWith('alias') ? `!${touch}` : touch);
  fs.copyFileSync(touch, path.join(repo, 'git'));
  fs.chmodSync(path.join(repo, 'git'), 0o755);
  const environment = environmentIn(root, { cwd: repo, env: { PATH: `.::${process.env['PATH']}` } });
  expect(await resolveProjectRoot('.', environment)).toBe(repo);
  expect(fs.existsSync(path.join(root, 'ran'))).toBe(false);
});

test('a repository of another user, which git refuses, is found by its files', async (context) => {
  requireRoot(context);
  const root = temporaryDirectory('root');
  const repo = repository(root, 'repo');
  fs.chownSync(repo, 12_345, 12_345);
  fs.chownSync(path.join(repo, '.git'), 12_345, 12_345);
  const environment = environmentIn(root);
  const refusal = (): string =>
    execFileSync('git', ['rev-parse', '--show-toplevel'], { cwd: repo, env: { ...environment.env }, encoding: 'utf8', stdio: 'pipe' });
  expect(refusal).toThrow(/dubious ownership/);
  expect(await resolveProjectRoot(directory(repo, 'sub'), environment)).toBe(repo);
});

test('a repository around a mount point is found from below it', async (context) => {
  requirePlatform(context, 'linux');
  requireNamespaces(context);
  const root = temporaryDirectory('root');
  const repo = repository(root, 'repo');
  const mounted = directory(repo, 'mounted');
  const script = `import { resolveProjectRoot } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))};
    const environment = { env: process.env, cwd: '/', homedir: '/nonexistent', uid: 0, platform: 'linux' };
    console.log(await resolveProjectRoot(${JSON.stringify(mounted)}, environment));`;
  const inNamespace = ['--mount', 'sh', '-c', `mount -t tmpfs none ${mounted} && exec "$@"`, 'sh'];
  const answer = execFileSync('unshare', [...inNamespace, process.execPath, '--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(answer.trim()).toBe(repo);
});
