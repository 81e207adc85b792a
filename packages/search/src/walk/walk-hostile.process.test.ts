import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { git, plant, walk } from './fixtures/walk-tree.ts';

let root: string;
let other: string;
beforeEach(() => {
  root = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'ab-hostile-'));
  other = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'ab-hostile-'));
  git(root, 'init', '-q');
  plant(root, { 'a.md': 'x' });
});
afterEach(() => {
  for (const directory of [root, other]) fs.rmSync(directory, { recursive: true, force: true });
});

/** A program named git that does something else, in a folder for PATH. */
function fakeGit(script: string): { PATH: string } {
  plant(other, { 'bin/git': `#!/bin/sh\n${script}\n` });
  fs.chmodSync(join(other, 'bin/git'), 0o755);
  return { PATH: [join(other, 'bin'), process.env['PATH']].join(delimiter) };
}

describe('a repository that is not to be trusted', () => {
  test('starts no program through its configuration', async () => {
    const trap = join(other, 'sprung');
    plant(other, { 'trap.sh': `#!/bin/sh\necho "$0 $*" >> '${trap}'\n` });
    const program = join(other, 'trap.sh');
    fs.chmodSync(program, 0o755);
    plant(root, { '.gitattributes': '* filter=evil diff=evil\n' });
    git(root, 'add', '-A');
    fs.copyFileSync(program, join(root, '.git/hooks/post-index-change'));
    const values: Record<string, string> = {
      'core.fsmonitor': program,
      'core.hooksPath': other,
      'core.pager': program,
      'pager.ls-files': program,
      'core.sshCommand': program,
      'core.editor': program,
      'core.askPass': program,
      'filter.evil.clean': program,
      'filter.evil.process': program,
      'diff.evil.textconv': program,
      'alias.ls-files': `!${program}`,
      'core.alternateRefsCommand': program,
      'remote.origin.url': `ext::${program}`,
      'remote.origin.uploadpack': program,
      'protocol.ext.allow': 'always',
      'extensions.partialClone': 'origin',
      'remote.origin.promisor': 'true',
      'credential.helper': program,
    };
    for (const [name, value] of Object.entries(values)) git(root, 'config', name, value);
    tryGit(root, 'status');
    expect(fs.existsSync(trap), 'the trap works').toBe(true);
    fs.rmSync(trap);
    expect((await walk(root)).paths).toEqual(['.gitattributes', 'a.md']);
    expect(fs.existsSync(trap)).toBe(false);
  });

  test.each(['.', '', 'bin', `.${delimiter}/usr/bin`])('that brings a git of its own does not get it run by PATH=%j', async (searched) => {
    const trap = join(other, 'sprung');
    for (const file of ['git', 'bin/git']) {
      plant(root, { [file]: `#!/bin/sh\ntouch '${trap}'\n` });
      fs.chmodSync(join(root, file), 0o755);
    }
    const { paths } = await walk(root, { env: { PATH: searched } });
    expect(paths).toEqual(['a.md', 'bin/git', 'git']);
    expect(fs.existsSync(trap)).toBe(false);
  });

  test('is entered 200 levels deep and no further, whatever its index names', async () => {
    const at = (depth: number): string => `${'d/'.repeat(depth)}b.md`;
    plant(root, { [at(200)]: 'x', [at(201)]: 'x' });
    const hash = git(root, 'hash-object', '-w', 'a.md').trim();
    // A path that no file system holds; git keeps it all the same.
    execFileSync('git', ['update-index', '--index-info'], { cwd: root, input: `100644 ${hash}\t${at(50_000)}\n` });
    const { paths, skips } = await walk(root);
    expect(paths).toEqual(['a.md', at(200)]);
    expect(skips).toEqual({ ['d/'.repeat(201)]: 'too_deep' });
  });

  test('fetches nothing when objects of a sparse index are missing', async () => {
    const trap = join(other, 'sprung');
    plant(other, { 'trap.sh': `#!/bin/sh\ntouch '${trap}'\nexit 1\n` });
    fs.chmodSync(join(other, 'trap.sh'), 0o755);
    plant(root, { 'in/b.md': 'x', 'out/deep/c.md': 'x' });
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', 'c');
    git(root, 'sparse-checkout', 'set', '--cone', '--sparse-index', 'in');
    const tree = git(root, 'rev-parse', 'HEAD:out').trim();
    fs.rmSync(join(root, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    for (const [name, value] of [
      ['remote.origin.url', `ext::${join(other, 'trap.sh')}`],
      ['protocol.ext.allow', 'always'],
      ['extensions.partialClone', 'origin'],
      ['remote.origin.promisor', 'true'],
    ] as const) {
      git(root, 'config', name, value);
    }
    tryGit(root, 'ls-files');
    expect(fs.existsSync(trap), 'the trap works').toBe(true);
    fs.rmSync(trap);
    const { paths } = await walk(root);
    expect(paths).toEqual(['a.md', 'in/b.md']);
    expect(fs.existsSync(trap)).toBe(false);
  });
});

test.each([
  ['is missing', () => ({ PATH: other })],
  ['fails', () => fakeGit('exit 128')],
  ['lies', () => fakeGit(`printf '/etc/passwd\\0'; exit 0`)],
])('a git that %s changes nothing about what is walked', async (_name, environment) => {
  plant(root, { 'b.md': 'x', '.gitignore': 'c.md\nd.md\n', 'c.md': 'x', 'd.md': 'x' });
  git(root, 'add', '-f', 'd.md');
  const { paths } = await walk(root, { env: environment() });
  expect(paths).toEqual(['.gitignore', 'a.md', 'b.md', 'd.md']);
});

test('a process that has no descriptors left for a walk says so, and takes no file for deleted', () => {
  const script = `
    import fs from 'node:fs';
    import { walkFolder } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    const walk = walkFolder({ root: ${JSON.stringify(root)}, folder: ${JSON.stringify(root)}, maxFileBytes: 1e6 });
    try { for (;;) fs.openSync('/dev/null'); } catch {}
    const outcome = await walk.next().catch((error) => error);
    fs.writeSync(1, outcome.code + ' ' + outcome.message);`;
  const limited = ['-c', 'ulimit -n 100; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script];
  const said = execFileSync('sh', limited, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  expect(said).toMatch(/^FILE_UNREADABLE .*too many files are open \(EMFILE\)/);
});

test('variables that point git to another repository are not passed on', async () => {
  git(other, 'init', '-q');
  const { paths } = await walk(root, {
    env: {
      PATH: process.env['PATH'],
      GIT_DIR: join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'true',
    },
  });
  expect(paths).toEqual(['a.md']);
});

test('a walk of many files gives the event loop its turns', async () => {
  plant(root, Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`d${at % 50}/f${at}.md`, 'x'])));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  try {
    expect((await walk(root)).paths).toHaveLength(3001);
    expect(turns).toBeGreaterThan(2);
  } finally {
    clearInterval(timer);
  }
});

function tryGit(directory: string, ...args: string[]): void {
  try {
    git(directory, ...args);
  } catch {
    // It is the trap that counts.
  }
}
