import fs, { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { beforeEach, describe, expect, test } from 'vitest';
import { git, plant } from './fixtures/walk-tree.ts';
import { FolderView, RepositoryFacts, type WalkOptions } from './index.ts';

let root: string;
let facts: RepositoryFacts;

beforeEach(() => {
  root = realpathSync(temporaryDirectory('view'));
  facts = new RepositoryFacts({ ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', HOME: root });
});

const view = (options: Partial<WalkOptions> = {}): FolderView =>
  new FolderView({ root, folder: root, maxFileBytes: 1_000_000, ...options }, facts);

/** `file`, `directory`, the reason of a skip, or `nothing`. */
async function judged(path: string, options: Partial<WalkOptions> = {}): Promise<string> {
  const verdict = await view(options).judge(join(root, path));
  if (verdict === null) return 'nothing';
  if ('file' in verdict) return 'file';
  return 'skip' in verdict ? verdict.skip.reason : 'directory';
}

async function listed(directory: string, options: Partial<WalkOptions> = {}): Promise<string[]> {
  const paths: string[] = [];
  for await (const batch of view(options).walk(join(root, directory))) paths.push(...batch.files.map((file) => file.path));
  return paths.sort();
}

describe('a view of a folder in a repository', () => {
  beforeEach(() => {
    git(root, 'init', '-q');
  });

  test('tells of one path what a walk would tell', async () => {
    plant(root, {
      'a.ts': 'x',
      'src/b.ts': 'x',
      '.gitignore': 'out/\n*.txt\n',
      'x.txt': 'x',
      'out/c.ts': 'x',
      '.env': 'x',
      'empty.ts': '',
    });
    const verdicts = await Promise.all(
      ['a.ts', 'src', 'src/b.ts', 'x.txt', 'out/c.ts', '.env', 'empty.ts', 'gone.ts', '.git'].map((path) => judged(path)),
    );
    expect(verdicts).toEqual(['file', 'directory', 'file', 'nothing', 'nothing', 'secret', 'empty', 'nothing', 'directory']);
    expect(facts.size, 'the repository was looked at, and what is tracked of out/ and beside x.txt').toBe(3);
  });

  test('knows what is tracked though it is ignored, as soon as it is', async () => {
    plant(root, { '.gitignore': 'out/\n*.txt\n', 'out/kept.ts': 'x', 'out/other.ts': 'x', 'kept.txt': 'x', 'deep/[odd] *.txt': 'x' });
    const paths = ['out/kept.ts', 'kept.txt', 'deep/[odd] *.txt', 'out/other.ts'];
    const all = () => Promise.all(paths.map((path) => judged(path)));
    expect(await all()).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
    git(root, 'add', '-f', ...paths.slice(0, 3).map((path) => `:(literal)${path}`));
    expect(await all()).toEqual(['file', 'file', 'file', 'nothing']);
    expect(await listed('out')).toEqual(['out/kept.ts']);
    git(root, 'rm', '-q', '--cached', 'kept.txt');
    expect(await judged('kept.txt')).toBe('nothing');
  });

  test('reads the excludes of the user and of the repository anew each time', async () => {
    plant(root, { 'a.one': 'x', 'a.two': 'x' });
    expect([await judged('a.one'), await judged('a.two')]).toEqual(['file', 'file']);
    writeFileSync(join(root, '.git/info/exclude'), '*.one\n');
    mkdirSync(join(root, '.config/git'), { recursive: true });
    writeFileSync(join(root, '.config/git/ignore'), '*.two\n');
    expect([await judged('a.one'), await judged('a.two')]).toEqual(['nothing', 'nothing']);
  });

  test('tells submodules from clones and from directories that only hold a .git', async () => {
    const other = realpathSync(temporaryDirectory('other'));
    plant(other, { 'lib.ts': 'x', '.gitignore': '*.out\n' });
    git(other, 'init', '-q');
    git(other, 'add', '.');
    git(other, 'commit', '-q', '-m', 'c');
    git(root, 'submodule', '--quiet', 'add', other, 'sub');
    git(root, 'clone', '-q', other, 'clone');
    plant(root, { 'plain/a.ts': 'x', 'sub/own.ts': 'x', 'sub/x.out': 'x', 'clone/own.ts': 'x' });
    mkdirSync(join(root, 'plain/.git'));
    const paths = ['sub/lib.ts', 'sub/own.ts', 'sub/x.out', 'clone/lib.ts', 'clone/own.ts', 'plain/a.ts'];
    expect(await Promise.all(paths.map((path) => judged(path)))).toEqual(['file', 'file', 'nothing', 'nothing', 'nothing', 'file']);
    expect([await listed('sub'), await listed('clone')]).toEqual([['sub/.gitignore', 'sub/lib.ts', 'sub/own.ts'], []]);
    expect(await listed('plain')).toEqual(['plain/a.ts']);
  });

  test('of an ignored folder goes through it as the walk does', async () => {
    plant(root, { '.gitignore': 'out/\n', 'out/a.ts': 'x', 'out/.gitignore': 'b.ts\n', 'out/b.ts': 'x' });
    const folder = join(root, 'out');
    expect([await judged('out/a.ts', { folder }), await judged('out/b.ts', { folder })]).toEqual(['file', 'nothing']);
    expect(await listed('out', { folder })).toEqual(['out/.gitignore', 'out/a.ts']);
    git(root, 'add', '-f', 'out/b.ts');
    expect([await judged('out/a.ts', { folder }), await judged('out/b.ts', { folder })]).toEqual(['nothing', 'file']);
  });

  test('looks nothing up again for paths like those before', async () => {
    plant(root, { '.gitignore': 'out/\n', 'out/1.ts': 'x', 'out/deep/2.ts': 'x', 'a.ts': 'x', 'src/b.ts': 'x' });
    await Promise.all(['out/1.ts', 'a.ts'].map((path) => judged(path)));
    const { size } = facts;
    plant(root, { 'out/3.ts': 'x', 'src/c.ts': 'x' });
    for (const path of ['out/deep/2.ts', 'out/3.ts', 'src/b.ts', 'src/c.ts']) await judged(path);
    expect(facts.size).toBe(size);
    facts.forget();
    expect(facts.size).toBe(0);
  });

  test('takes rules for either case where git does', async () => {
    plant(root, { '.gitignore': '*.TXT\nOut/\n', 'a.txt': 'x', 'out/b.ts': 'x', 'Ä.txt': 'x' });
    expect([await judged('a.txt'), await judged('out/b.ts')]).toEqual(['file', 'file']);
    git(root, 'config', 'core.ignoreCase', 'true');
    expect([await judged('a.txt'), await judged('out/b.ts'), await judged('Ä.txt')]).toEqual(['nothing', 'nothing', 'nothing']);
  });
});

describe('a view of a folder outside any repository', () => {
  test('goes by its ignore files, leaves derived files out, and goes through clones', async () => {
    plant(root, { '.gitignore': '*.txt\n', 'a.txt': 'x', 'a.ts': 'x', 'node_modules/m.ts': 'x', 'clone/b.ts': 'x', 'clone/c.txt': 'x' });
    git(join(root, 'clone'), 'init', '-q');
    const paths = ['a.ts', 'a.txt', 'node_modules/m.ts', 'clone/b.ts', 'clone/c.txt'];
    expect(await Promise.all(paths.map((path) => judged(path)))).toEqual(['file', 'nothing', 'nothing', 'file', 'file']);
    expect(await listed('clone')).toEqual(['clone/b.ts', 'clone/c.txt']);
    expect(await listed('node_modules')).toEqual([]);
  });

  test('knows of a repository that is made around it', async () => {
    plant(root, { 'node_modules/m.ts': 'x' });
    expect(await judged('node_modules/m.ts')).toBe('nothing');
    git(root, 'init', '-q');
    expect(await judged('node_modules/m.ts')).toBe('file');
    rmSync(join(root, '.git'), { recursive: true });
    expect(await judged('node_modules/m.ts')).toBe('nothing');
  });

  test('does not go through links', async () => {
    plant(root, { 'real/a.ts': 'x' });
    fs.symlinkSync('real', join(root, 'link'));
    expect([await judged('link'), await judged('link/a.ts')]).toEqual(['symlink', 'nothing']);
    expect(await listed('link')).toEqual([]);
  });
});

describe('the directories that a walk enters', () => {
  const entered = async (...paths: string[]): Promise<string[]> => {
    const current = view();
    const open: string[] = [];
    for (const path of paths) if (await current.enters(join(root, path))) open.push(path);
    return open;
  };

  test('are those that the rules leave in, and those that hold something tracked', async () => {
    git(root, 'init', '-q');
    plant(root, {
      '.gitignore': 'out/\n',
      '.ignore': 'own/\n',
      'src/in/a.ts': 'x',
      'out/deep/b.ts': 'x',
      'out/other/c.ts': 'x',
      'own/d.ts': 'x',
    });
    const all = ['', 'src', 'src/in', 'out', 'out/deep', 'out/other', 'own', '.git', '.git/objects', '.claude/agent-brain'];
    expect(await entered(...all)).toEqual(['', 'src', 'src/in']);
    const before = await view().indexStamp(root, []);
    git(root, 'add', '-f', 'out/deep/b.ts');
    expect(await entered(...all)).toEqual(['', 'src', 'src/in', 'out', 'out/deep']);
    expect(await view().indexStamp(root, [])).not.toBe(before);
  });

  test('are not those of another repository inside, until it is a submodule', async () => {
    git(root, 'init', '-q');
    plant(root, { 'inner/src/a.ts': 'x' });
    git(join(root, 'inner'), 'init', '-q');
    git(join(root, 'inner'), 'add', '-A');
    git(join(root, 'inner'), 'commit', '-qm', 'c');
    expect(await entered('inner', 'inner/src')).toEqual([]);
    const before = await view().indexStamp(root, [join(root, 'inner')]);
    git(root, 'add', 'inner');
    expect(await entered('inner', 'inner/src')).toEqual(['inner', 'inner/src']);
    expect(await view().indexStamp(root, [join(root, 'inner')])).not.toBe(before);
  });
});
