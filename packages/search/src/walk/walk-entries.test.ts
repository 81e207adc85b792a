import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { git, plant, walk as walkOnce, type Walked } from './fixtures/walk-tree.ts';
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

  test('takes any name', async () => {
    const names = [
      'new\nline.ts',
      'ümläut/größe.md',
      `${'ä'.repeat(124)}.ts`,
      ' leading.md',
      'tab\t.md',
      '"quoted".md',
      '-dash.md',
      '日本語.py',
      '😀.md',
      'back\\slash.md',
      '*.md',
      '#x.md',
      '!y.md',
    ];
    plant(root, Object.fromEntries(names.map((name) => [name, 'x'])));
    expect((await walk()).paths).toEqual([...names].sort());
  });

  test('skips names that are not UTF-8', async () => {
    plant(root, { 'a.md': 'x' });
    fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xfc, 0x72]), Buffer.from('.md')]), 'x');
    fs.mkdirSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x64, 0xff])]));
    fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x64, 0xff]), Buffer.from('/in.md')]), 'x');
    const { paths, skips } = await walk();
    expect(paths).toEqual(['a.md']);
    expect(skips).toEqual({ 'f\uFFFDr.md': 'unreadable', 'd\uFFFD/': 'unreadable' });
  });

  test('follows no link, and says where it leads', async () => {
    plant(root, { 'src/a.ts': 'x' });
    const links: Record<string, [target: string, reason: string]> = {
      'inside.ts': ['src/a.ts', 'symlink'],
      insidedir: ['src', 'symlink'],
      'passwd.md': ['/etc/passwd', 'symlink_outside'],
      etc: ['/etc', 'symlink_outside'],
      'dangling.ts': ['nowhere', 'vanished'],
      'one.ts': ['two.ts', 'symlink_loop'],
      'two.ts': ['one.ts', 'symlink_loop'],
      'src/up': ['..', 'symlink_loop'],
    };
    for (const [path, [target]] of Object.entries(links)) fs.symlinkSync(target, join(root, path));
    const { paths, skips } = await walk();
    expect(paths).toEqual(['src/a.ts']);
    expect(skips).toEqual(Object.fromEntries(Object.entries(links).map(([path, [, reason]]) => [path, reason])));
  });

  test('skips what is no file', async ({ skip }) => {
    execFileSync('mkfifo', [join(root, 'fifo.ts')]);
    plant(root, { 'a.ts': 'x' });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'socket.ts'), resolve));
    const isDeviceMade = process.getuid?.() === 0 && spawnsDevice(join(root, 'device.ts'));
    try {
      const { paths, skips } = await walk();
      expect(paths).toEqual(['a.ts']);
      expect(skips).toEqual({
        'fifo.ts': 'special_file',
        'socket.ts': 'special_file',
        ...(isDeviceMade ? { 'device.ts': 'special_file' } : {}),
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    skip(!isDeviceMade, 'platform:devices making a device node needs root; the rest was checked');
  });

  test('skips a tracked file that has become something else', async () => {
    plant(root, { 'a.ts': 'x', 'b.ts': 'x', 'gone.ts': 'x', 'dir/passwd': 'x' });
    git(root, 'add', '-A');
    for (const path of ['a.ts', 'gone.ts', 'dir']) fs.rmSync(join(root, path), { recursive: true });
    execFileSync('mkfifo', [join(root, 'a.ts')]);
    fs.symlinkSync('/etc', join(root, 'dir'));
    const { paths, skips } = await walk();
    expect(paths).toEqual(['b.ts']);
    expect(skips).toEqual({ 'a.ts': 'special_file', dir: 'symlink_outside' });
  });

  test('does not read a file of 2 GB', async () => {
    plant(root, { 'huge.ts': '' });
    fs.truncateSync(join(root, 'huge.ts'), 2 ** 31);
    expect((await walk()).skips).toEqual({ 'huge.ts': 'too_large' });
  });

  test('walks submodules, also those within, and skips clones and worktrees', async () => {
    const origin = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'ab-origin-'));
    try {
      for (const name of ['inner', 'outer']) {
        git(origin, 'init', '-q', name);
        plant(join(origin, name), { [`${name}.md`]: 'x', '.gitignore': '*.log\n' });
        if (name === 'outer') git(join(origin, 'outer'), 'submodule', '--quiet', 'add', join(origin, 'inner'), 'lib/inner');
        git(join(origin, name), 'add', '-A');
        git(join(origin, name), 'commit', '-qm', 'c');
      }
      plant(root, { 'a.md': 'x' });
      git(root, 'submodule', '--quiet', 'add', join(origin, 'outer'), 'modules/three.js');
      git(root, 'submodule', '--quiet', 'update', '--init', '--recursive');
      git(root, 'submodule', '--quiet', 'add', join(origin, 'inner'), 'unused');
      git(root, 'add', '-A');
      git(root, 'commit', '-qm', 'c');
      git(root, 'submodule', '--quiet', 'deinit', 'unused');
      git(root, 'worktree', 'add', '-q', '.worktrees/other');
      git(root, 'clone', '-q', join(origin, 'inner'), 'clone');
      plant(root, { 'modules/three.js/new.md': 'x', 'modules/three.js/new.log.md': 'x', 'modules/three.js/x.log': 'x' });
      const { paths, skips } = await walk();
      expect(paths).toEqual([
        '.gitmodules',
        'a.md',
        'modules/three.js/.gitignore',
        'modules/three.js/.gitmodules',
        'modules/three.js/lib/inner/.gitignore',
        'modules/three.js/lib/inner/inner.md',
        'modules/three.js/new.log.md',
        'modules/three.js/new.md',
        'modules/three.js/outer.md',
      ]);
      expect(skips).toEqual({ '.worktrees/other/': 'nested_worktree', 'clone/': 'nested_worktree' });
      expect((await walkOnce(root, { env, folder: join(root, '.worktrees', 'other') })).paths).toEqual([
        '.worktrees/other/.gitmodules',
        '.worktrees/other/a.md',
      ]);
      expect((await walk({ exclude: ['modules'] })).paths).toEqual(['.gitmodules', 'a.md']);
    } finally {
      fs.rmSync(origin, { recursive: true, force: true });
    }
  });

  test('of a link named like an ignore file does not read it', async () => {
    plant(root, { rules: '*\n', 'a.md': 'x' });
    fs.symlinkSync('rules', join(root, '.ignore'));
    expect((await walk()).paths).toContain('a.md');
  });
});

function spawnsDevice(path: string): boolean {
  try {
    execFileSync('mknod', [path, 'c', '1', '5'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
