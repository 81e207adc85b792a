import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { git, plant, walk as walkOnce, type Walked } from './fixtures/walk-tree.ts';
import { EntryFilter } from './entry-filter.ts';
import { walkListed } from './walk-folder.ts';
import type { WalkOptions } from './walk-options.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'ab-walk-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

describe.each([
  ['with git', process.env],
  ['without git', { ...process.env, PATH: '/nonexistent' }],
])('a walk of a repository %s on PATH', (_name, env) => {
  const walk = (options: Partial<WalkOptions> = {}): Promise<Walked> => walkOnce(root, { env, ...options });
  beforeEach(() => {
    git(root, 'init', '-q');
  });

  test('finds tracked and untracked files with their facts', async () => {
    plant(root, { 'src/a.ts': 'let a;\n', 'src/a.test.ts': 'x', 'docs/guide.md': '# G\n', 'bin/run': '#!/usr/bin/env python3\n' });
    git(root, 'add', 'src');
    fs.utimesSync(join(root, 'src/a.ts'), 1_700_000_000, 1_700_000_000);
    const { files, skips } = await walk();
    expect(skips).toEqual({});
    expect(files.map(({ path, language, sourceType }) => [path, language, sourceType]).sort()).toEqual([
      ['bin/run', 'python', 'code'],
      ['docs/guide.md', 'markdown', 'doc'],
      ['src/a.test.ts', 'typescript', 'test'],
      ['src/a.ts', 'typescript', 'code'],
    ]);
    const stat = fs.statSync(join(root, 'src/a.ts'));
    expect(files.find((file) => file.path === 'src/a.ts')).toEqual({
      path: 'src/a.ts',
      absolutePath: join(root, 'src/a.ts'),
      sizeBytes: 7,
      mtimeMs: 1_700_000_000_000,
      ctimeMs: stat.ctimeMs,
      ino: stat.ino,
      language: 'typescript',
      sourceType: 'code',
    });
  });

  test('leaves out what ignore files of git name, at every level, without telling', async () => {
    plant(root, {
      '.gitignore': '*.out\n/build/\n!keep.out\n',
      'a.out': 'x',
      'keep.out': 'x',
      'build/x.ts': 'x',
      'src/build/x.ts': 'x',
      'src/.gitignore': 'local.ts\n!b.out\n',
      'src/local.ts': 'x',
      'src/b.out': 'x',
      'src/deep/local.ts': 'x',
      'local.ts': 'x',
      '.git/info/exclude': 'private.md\n',
      'private.md': 'x',
    });
    const { paths, skips } = await walk();
    expect(paths).toEqual(['.gitignore', 'keep.out', 'local.ts', 'src/.gitignore', 'src/b.out', 'src/build/x.ts']);
    expect(skips).toEqual({});
  });

  test('leaves out what our own ignore files name, tracked or not, and tells it', async () => {
    plant(root, {
      '.ignore': 'vendor/\n*.gen.ts\n*.tmp.ts\n',
      '.agent-brainignore': '!kept.tmp.ts\n',
      'vendor/a/x.ts': 'x',
      'src/x.tmp.ts': 'x',
      'src/kept.tmp.ts': 'x',
      'src/x.ts': 'x',
      'src/sub/.agent-brainignore': '*\n!*.md\n',
      'src/sub/a.ts': 'x',
      'src/sub/a.md': 'x',
    });
    git(root, 'add', '-A');
    const { paths, skips } = await walk();
    expect(paths).toEqual(['.agent-brainignore', '.ignore', 'src/kept.tmp.ts', 'src/sub/a.md', 'src/x.ts']);
    expect(skips).toEqual({
      'vendor/': 'excluded',
      'src/x.tmp.ts': 'excluded',
      'src/sub/a.ts': 'excluded',
      'src/sub/.agent-brainignore': 'excluded',
    });
  });

  test('keeps to include and exclude globs, languages, documents only and one level', async () => {
    plant(root, { 'a.ts': 'x', 'b.py': 'x', 'c.md': 'x', 'src/d.ts': 'x', 'src/e.md': 'x', 'out/f.ts': 'x', 'out/x.egg-info/g.md': 'x' });
    expect((await walk({ include: ['*.ts'], exclude: ['out'] })).paths).toEqual(['a.ts', 'src/d.ts']);
    expect((await walk({ include: ['src/**'] })).skips).toMatchObject({ 'a.ts': 'excluded', 'c.md': 'excluded' });
    expect((await walk({ exclude: ['out/**'] })).skips).toEqual({ 'out/': 'excluded' });
    expect((await walk({ exclude: ['*.egg-info'] })).skips).toEqual({ 'out/x.egg-info/': 'excluded' });
    expect((await walk({ languages: ['py', 'markdown'] })).paths).toEqual(['b.py', 'c.md', 'out/x.egg-info/g.md', 'src/e.md']);
    expect((await walk({ includeCode: false })).paths).toEqual(['c.md', 'out/x.egg-info/g.md', 'src/e.md']);
    expect((await walk({ recursive: false })).paths).toEqual(['a.ts', 'b.py', 'c.md']);
    await expect(walk({ include: ['!x'] })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(walk({ languages: ['nope'] })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  test('leaves it to the content of a file whether it is generated, minified or data', async () => {
    const names = [
      'app.min.js',
      'api.pb.go',
      'api_pb2.py',
      'id_gen.py',
      'db_connect.js',
      'stream.chunk.js',
      'a.bundle.js',
      'table.csv',
      'icon.svg',
      'run.log',
    ];
    plant(root, Object.fromEntries(names.map((name) => [name, 'x'])));
    expect(await walk()).toMatchObject({ paths: names.toSorted(), skips: {} });
  });

  test('takes a file that an include pattern names, unless it is a secret or a binary', async () => {
    plant(root, { 'a/package-lock.json': 'x', 'app.js.map': 'x', 'big.json': '', '.env': 'x', 'a.png': 'x', 'other.ts': 'x' });
    fs.truncateSync(join(root, 'big.json'), 3_000_000);
    const include = ['package-lock.json', './app.js.map', 'big.json', '.env', 'a.png'];
    const { paths, skips } = await walk({ include });
    expect(paths).toEqual(['a/package-lock.json', 'app.js.map', 'big.json']);
    expect(skips).toEqual({ '.env': 'secret', 'a.png': 'binary', 'other.ts': 'excluded' });
    expect((await walk({ include: ['a/*.json', '*.map', '*.json'] })).paths).toEqual([]);
  });

  test.each([
    ['a.ts', 3_999_999, null],
    ['a.ts', 4_000_001, 'too_large'],
    ['a.json', 1_000_001, 'too_large'],
    ['a.md', 1_000_001, 'too_large'],
    ['a.ipynb', 31_000_000, null],
    ['a.ipynb', 33_000_000, 'too_large'],
    ['a.csv', 500_000_000, null],
    ['a.log', 500_000_000, null],
  ])('of a size limit of 1 MB, %s of %d bytes is %s', async (name, size, reason) => {
    plant(root, { [name]: '' });
    fs.truncateSync(join(root, name), size);
    expect((await walk()).skips).toEqual(reason === null ? {} : { [name]: reason });
  });

  test('tells each file it skips, with the reason', async () => {
    const reasons: Record<string, string> = {
      'logo.png': 'binary',
      'lib.so': 'binary',
      'large.json': 'too_large',
      'empty.py': 'empty',
      'package-lock.json': 'lock_file',
      'go.sum': 'lock_file',
      'Cargo.lock': 'lock_file',
      'app.js.map': 'generated',
      '.env': 'secret',
      '.env.production': 'secret',
      '.envrc': 'secret',
      'prod.env': 'secret',
      'tls/server.key': 'secret',
      'tls/server.pem': 'secret',
      id_rsa: 'secret',
      '.npmrc': 'secret',
      credentials: 'secret',
      'terraform.tfstate': 'secret',
      'my-service-account.json': 'secret',
      '.ssh/': 'secret',
    };
    plant(
      root,
      Object.fromEntries(
        Object.keys(reasons)
          .filter((path) => !path.endsWith('/'))
          .map((path) => [path, path === 'empty.py' ? '' : 'x'.repeat(path === 'large.json' ? 1_000_001 : 1)]),
      ),
    );
    plant(root, {
      '.ssh/config': 'x',
      '.env.example': 'A=1\n',
      '.env.sample': 'A=1\n',
      'id_rsa.pub': 'x',
      'environment.ts': 'x',
      'exact.ts': 'x'.repeat(1_000_000),
    });
    const { paths, skips } = await walk();
    expect(skips).toEqual(reasons);
    expect(paths).toEqual(['.env.example', '.env.sample', 'environment.ts', 'exact.ts', 'id_rsa.pub']);
  });

  test('never enters the state dir, nor one of another project inside', async () => {
    plant(root, { '.claude/agent-brain/a.md': 'x', 'sub/.claude/agent-brain/b.md': 'x', '.claude/settings.json': '{}', 'state/c.md': 'x' });
    const { paths, skips } = await walk({ stateDir: join(root, 'state') });
    expect(paths).toEqual(['.claude/settings.json']);
    expect(skips).toEqual({ '.claude/agent-brain/': 'excluded', 'sub/.claude/agent-brain/': 'excluded', 'state/': 'excluded' });
  });

  test('of a folder keeps the rules of the directories above', async () => {
    plant(root, {
      '.gitignore': '*.tmp\n',
      '.ignore': 'skipped.md\n',
      'src/a.ts': 'x',
      'src/b.tmp': 'x',
      'src/skipped.md': 'x',
      'docs/c.md': 'x',
    });
    const { paths, skips } = await walk({ folder: join(root, 'src'), exclude: ['docs'] });
    expect(paths).toEqual(['src/a.ts']);
    expect(skips).toEqual({ 'src/skipped.md': 'excluded' });
  });

  test('of a folder that git ignores takes it, since it was named', async () => {
    plant(root, { '.gitignore': 'build/\n', 'build/docs/a.md': 'x', 'build/docs/.gitignore': 'b.md\n', 'build/docs/b.md': 'x' });
    expect((await walk({ folder: join(root, 'build/docs') })).paths).toEqual(['build/docs/.gitignore', 'build/docs/a.md']);
  });

  test('of a folder outside the project gives absolute paths', async () => {
    const other = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'ab-other-'));
    try {
      plant(other, { 'a.md': 'x', 'sub/b.md': 'x', 'sub/c.png': 'x' });
      const { paths, skips } = await walk({ folder: other, include: ['sub/*'] });
      expect(paths).toEqual([join(other, 'sub/b.md')]);
      expect(skips).toEqual({ [join(other, 'a.md')]: 'excluded', [join(other, 'sub/c.png')]: 'binary' });
    } finally {
      fs.rmSync(other, { recursive: true, force: true });
    }
  });

  test('ends with the reason of its signal', async () => {
    plant(root, { 'a.md': 'x' });
    await expect(walk({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

test('a path that is listed again while it is walked comes once', async () => {
  plant(root, { 'a.ts': 'x', 'b.ts': 'x', 'c.png': 'x' });
  const options = { root, folder: root, maxFileBytes: 1_000 };
  async function* listing() {
    yield { files: ['a.ts', 'c.png', 'a.ts'], skips: [] };
    yield { files: ['c.png', 'b.ts', 'a.ts'], skips: [] };
  }
  const met: string[] = [];
  for await (const { files, skips } of walkListed(new EntryFilter(options), listing(), options))
    met.push(...[...files, ...skips].map(({ path }) => path));
  expect(met.sort()).toEqual(['a.ts', 'b.ts', 'c.png']);
});

describe('a walk outside any repository', () => {
  test('enters clones with their rules, and leaves out what tools have derived', async () => {
    plant(root, {
      'a.md': 'x',
      'node_modules/x/index.js': 'x',
      'one/a.md': 'x',
      'one/.gitignore': 'b.md\n',
      'one/b.md': 'x',
      'one/node_modules/y.js': 'x',
      '.gitignore': 'c.md\n',
      'c.md': 'x',
    });
    git(join(root, 'one'), 'init', '-q');
    const { paths, skips } = await walkOnce(root);
    expect(paths).toEqual(['.gitignore', 'a.md', 'one/.gitignore', 'one/a.md', 'one/node_modules/y.js']);
    expect(skips).toEqual({ 'node_modules/': 'excluded' });
  });

  test('of an empty directory finds nothing', async () => {
    expect(await walkOnce(root)).toEqual({ files: [], paths: [], skips: {} });
  });

  test('of a directory that may not be read says so', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'platform:not-root uid 0 reads everything');
    plant(root, { 'closed/a.md': 'x' });
    fs.chmodSync(join(root, 'closed'), 0);
    try {
      expect((await walkOnce(root)).skips).toEqual({ 'closed/': 'unreadable' });
    } finally {
      fs.chmodSync(join(root, 'closed'), 0o700);
    }
  });
});
