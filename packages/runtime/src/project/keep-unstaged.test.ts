import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requireProgram, requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { beforeEach, describe, expect, test } from 'vitest';
import { locateProject } from './fixtures/locate-project.ts';
import { directory, environmentIn, git, repository } from './fixtures/repositories.ts';
import { fill, prepare } from './fixtures/state-dirs.ts';
import { keepUnstaged, type ProjectPaths, prepareStateDir } from './index.ts';

beforeEach((context) => requireProgram(context, 'git'));

const excludeOf = (repo: string): string => path.join(repo, '.git/info/exclude');
const staged = (repo: string): string[] => {
  git(repo, 'add', '--all');
  const names = git(repo, 'diff', '--cached', '--name-only').split('\n').filter(Boolean);
  git(repo, 'reset', '--quiet');
  return names;
};
const status = (repo: string): string => git(repo, 'status', '--porcelain', '--untracked-files=all');

/** A project whose state dir holds everything that an instance puts there. */
async function filled(root: string, project: string): Promise<ProjectPaths> {
  const { paths } = await prepare(project, environmentIn(root));
  fill(paths.stateDir);
  return paths;
}

describe('what git takes away is back, and nothing can be staged meanwhile', () => {
  const commands: Record<string, (repo: string) => void> = {
    'stash -u': (repo) => git(repo, 'stash', '--include-untracked'),
    'clean -fd': (repo) => git(repo, 'clean', '-fd'),
    'clean -fdx': (repo) => git(repo, 'clean', '-fdx'),
    'a removed .gitignore': (repo) => fs.rmSync(path.join(repo, '.claude/agent-brain/.gitignore')),
    'a branch that has the .gitignore, and one that has not': (repo) => {
      git(repo, 'checkout', '--quiet', '-b', 'with');
      git(repo, 'add', '--force', '.claude/agent-brain/.gitignore');
      git(repo, 'commit', '--quiet', '--message=with');
      git(repo, 'checkout', '--quiet', 'main');
    },
    'a root .gitignore that names our directory': (repo) => fs.writeFileSync(path.join(repo, '.gitignore'), '!.claude/\n'),
  };
  test.each(Object.entries(commands))('%s', async (_, command) => {
    const root = temporaryDirectory('unstaged');
    const repo = repository(root, 'repo');
    const paths = await filled(root, repo);
    fs.writeFileSync(path.join(repo, 'work.txt'), 'unfinished');
    command(repo);
    const own = staged(repo).filter((name) => name.startsWith('.claude'));
    expect(own).toEqual([]);
    await prepare(repo, environmentIn(root));
    fill(paths.stateDir);
    expect(fs.readFileSync(paths.gitignoreFile, 'utf8')).toContain('\n*\n');
    expect(staged(repo).filter((name) => name.startsWith('.claude'))).toEqual([]);
  });

  test('a .gitignore that a pull brings along is replaced, and the rule of the repository is added once', async () => {
    const root = temporaryDirectory('unstaged');
    const repo = repository(root, 'repo');
    const paths = await filled(root, repo);
    fs.writeFileSync(paths.gitignoreFile, '!*\n');
    expect(staged(repo)).toContain('.claude/agent-brain/runtime.json');
    for (let round = 0; round < 3; round++) expect(await keepUnstaged(paths, environmentIn(root))).toEqual([]);
    expect(staged(repo)).toEqual([]);
    expect(fs.readFileSync(excludeOf(repo), 'utf8').match(/agent-brain\/\*/g)).toHaveLength(1);
  });

  test('where there is no state dir, nothing is made', async () => {
    const root = temporaryDirectory('unstaged');
    const repo = repository(root, 'repo');
    const { paths } = await locateProject(environmentIn(root), repo);
    expect(await keepUnstaged(paths, environmentIn(root))).toEqual([]);
    expect(fs.existsSync(path.join(repo, '.claude'))).toBe(false);
  });
});

describe('the rule is where git looks for it', () => {
  test('in a worktree, a submodule and a nested project, without their .gitignore', async () => {
    const root = temporaryDirectory('unstaged');
    const repo = repository(root, 'repo');
    git(repo, 'worktree', 'add', '--quiet', '../beside', '-b', 'beside');
    git(repo, 'submodule', '--quiet', 'add', repository(root, 'leaf'), 'libs/leaf');
    git(repo, 'commit', '--quiet', '--message=leaf');
    const nested = directory(repo, 'tools/inner [1]');
    const submodule = path.join(repo, 'libs/leaf');
    for (const [project, repositoryOf] of [
      [path.join(root, 'beside'), path.join(root, 'beside')],
      [nested, repo],
      [submodule, submodule],
    ] as const) {
      const environment = environmentIn(root, { cwd: project });
      const { paths } = await locateProject(environment, project);
      const own = { ...paths, stateDir: path.join(project, '.claude/agent-brain') };
      const at = (name: string): string => path.join(own.stateDir, name);
      fs.mkdirSync(own.stateDir, { recursive: true });
      expect(await keepUnstaged({ stateDir: own.stateDir, gitignoreFile: at('.gitignore') }, environment)).toEqual([]);
      fill(own.stateDir);
      expect(status(repositoryOf)).toBe('');
      fs.rmSync(at('.gitignore'));
      fs.writeFileSync(at('config.json'), '{}');
      const shown = path.relative(repositoryOf, at('config.json'));
      expect([project, staged(repositoryOf)]).toEqual([project, [shown]]);
      fs.rmSync(at('config.json'));
    }
  });

  test('for a state dir elsewhere in the work tree, whatever its name', async () => {
    const root = temporaryDirectory('unstaged');
    const repo = repository(root, 'repo');
    const stateDir = path.join(repo, 'odd [a] *\\ #!', 'state');
    const environment = environmentIn(root, { env: { AGENT_BRAIN_STATE_DIR: stateDir } });
    const { paths, warnings } = await prepare(repo, environment);
    fill(stateDir);
    expect(warnings).toEqual([]);
    fs.rmSync(paths.gitignoreFile);
    expect(staged(repo)).toEqual([]);
  });

  test('below the lines that a person has written, and again when one of them includes everything', async () => {
    const root = temporaryDirectory('unstaged');
    const repo = repository(root, 'repo');
    fs.writeFileSync(excludeOf(repo), '*.log');
    fs.chmodSync(excludeOf(repo), 0o640);
    const paths = await filled(root, repo);
    expect(fs.readFileSync(excludeOf(repo), 'utf8')).toMatch(/^\*\.log\n# Agent Brain/);
    expect(fs.statSync(excludeOf(repo)).mode & 0o777).toBe(0o640);
    fs.appendFileSync(excludeOf(repo), '!**/.claude/**\n');
    await keepUnstaged(paths, environmentIn(root));
    fs.rmSync(paths.gitignoreFile);
    expect(staged(repo)).toEqual([]);
  });
});

describe('a .git that came from anywhere is not written to elsewhere', () => {
  const outsideOf = (repo: string): string => path.join(path.dirname(repo), 'outside');
  const traps: [string, (repo: string) => void, RegExp][] = [
    ['exclude is a link', (repo) => relink(excludeOf(repo), outsideOf(repo)), /it is a symbolic link/],
    ['info is a link', (repo) => relink(path.join(repo, '.git/info'), path.dirname(repo)), /is a symbolic link/],
    ['exclude is a second name', (repo) => hardLink(excludeOf(repo), outsideOf(repo)), /a second name/],
    ['exclude is a FIFO', (repo) => fifo(excludeOf(repo)), /it is not a regular file/],
    ['exclude is a directory', (repo) => (fs.rmSync(excludeOf(repo)), fs.mkdirSync(excludeOf(repo))), /it is a directory/],
    ['exclude is huge', (repo) => fs.truncateSync(excludeOf(repo), 2 ** 30), /more than 1048576/],
    ['exclude is an endless device', (repo) => relink(excludeOf(repo), '/dev/zero'), /it is a symbolic link/],
    ['.git is a link', (repo) => moveAway(path.join(repo, '.git')), /is a symbolic link/],
  ];
  test.each(traps)('%s', async (_, set, why) => {
    const root = temporaryDirectory('unstaged');
    const repo = repository(root, 'repo');
    fs.writeFileSync(outsideOf(repo), 'mine\n');
    set(repo);
    const { paths } = await locateProject(environmentIn(root, { env: { AGENT_BRAIN_PROJECT: repo } }), repo);
    const { warnings } = await prepareStateDir(paths, environmentIn(root));
    expect(warnings).toEqual([expect.stringMatching(why)]);
    expect(warnings[0]).toContain('its .gitignore alone keeps it out of commits');
    expect(fs.readFileSync(outsideOf(repo), 'utf8')).toBe('mine\n');
    expect(fs.existsSync(path.join(root, 'exclude'))).toBe(false);
  });

  test('exclude belongs to another user', async (context) => {
    requireRoot(context);
    const root = temporaryDirectory('unstaged');
    const repo = repository(root, 'repo');
    fs.chownSync(excludeOf(repo), 65_534, 65_534);
    const { warnings } = await prepare(repo, environmentIn(root));
    expect(warnings).toEqual([expect.stringContaining('belongs to user 65534')]);
  });

  const relink = (file: string, to: string): void => {
    fs.rmSync(file, { recursive: true });
    fs.symlinkSync(to, file);
  };
  const hardLink = (file: string, to: string): void => {
    fs.rmSync(file);
    fs.linkSync(to, file);
  };
  const fifo = (file: string): void => {
    fs.rmSync(file);
    execFileSync('mkfifo', [file]);
  };
  const moveAway = (git_: string): void => {
    fs.renameSync(git_, `${git_}-elsewhere`);
    fs.symlinkSync(`${git_}-elsewhere`, git_);
  };
});
