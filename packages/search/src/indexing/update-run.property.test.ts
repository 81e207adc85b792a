import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { contentOf } from '../store/index-store.contract.ts';
import { type IndexStore, MemoryIndexStore, SqliteIndexStore, storeFile } from '../store/index.ts';
import { ParsePool } from './index.ts';
import { runInFolder, updatePaths } from './fixtures/run-in-folder.ts';

const rounds = process.env['AGENT_BRAIN_SOAK'] === '1' ? 300 : 12;

const directories = ['', 'src', 'src/deep', 'build', 'sub', 'sub/in', 'nested', 'src/nested'];
const names = ['a.go', 'b.md', 'x.txt', 'ü ß.md', 'keep.txt', 'src', 'noext'];
const words = ['alpha', 'beta', 'gamma'];
const rules = [
  '*.txt',
  'build/',
  '!keep.txt',
  '/src',
  'deep',
  '*.md',
  '!b.md',
  'sub/in/*',
  '# nothing',
  '/*/a.go',
  '[ab].*',
  '*.TXT',
  'BUILD/',
  'Src',
];
const ignoreNames = ['.gitignore', '.ignore', '.agent-brainignore'];
const folders = ['', 'src', 'build', 'sub'];

const anyDirectory = fc.constantFrom(...directories);
const anyFile = fc.tuple(anyDirectory, fc.constantFrom(...names)).map(([parent, name]) => path.posix.join(parent, name));
const text = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }).map((line) => `${line.join(' ')}\n`);

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('write' as const), file: anyFile, text }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), path: fc.oneof(anyFile, anyDirectory) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rename' as const), from: fc.oneof(anyFile, anyDirectory), to: anyFile }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('rules' as const),
      directory: anyDirectory,
      name: fc.constantFrom(...ignoreNames),
      rules: fc.array(fc.constantFrom(...rules), { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('track' as const), file: anyFile }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('exclude' as const), rule: fc.constantFrom(...rules) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('repository' as const), directory: fc.constantFrom('sub', 'nested', 'src/nested') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('submodule' as const), directory: fc.constantFrom('sub', 'nested') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('turn' as const),
      path: fc.constantFrom('src', 'src/deep', 'sub/in', 'a.go', 'src/src', 'build/noext').filter((name) => !folders.includes(name)),
      inside: fc.subarray(['a.go', 'in/a.go', '.gitignore', 'x.txt'], { minLength: 1 }),
      text,
      told: fc.constantFrom('all' as const, 'top' as const, 'inside' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), file: anyFile, target: fc.oneof(anyFile, anyDirectory) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Kind> ? Kind : never;

const history = fc.record({
  /** null: no repository. */
  repository: fc.option(
    fc.record({
      ignoresCase: fc.boolean(),
      userExcludes: fc.subarray(['*.txt', 'build/', 'deep', '!keep.txt', 'BUILD'], { maxLength: 2 }),
    }),
    { freq: 3 },
  ),
  indexed: fc.subarray(folders, { minLength: 1 }),
  start: fc.array(step, { maxLength: 10 }),
  edits: fc.array(
    fc.record({
      batch: fc.array(step, { minLength: 1, maxLength: 3 }),
      /** Paths come in any order, some of them again, some with the directories above them. */
      order: fc.infiniteStream(fc.nat()),
      again: fc.boolean(),
      parents: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

const pool = new ParsePool({ size: 1, fileBudgetMs: 20_000 });
afterAll(() => pool.close());

test('after any edits, an index that was told of their paths is as a fresh one', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ repository, indexed, start, edits }) => {
      const isRepository = repository !== null;
      const root = temporaryDirectory('project');
      for (const folder of indexed) {
        fs.mkdirSync(path.join(root, folder), { recursive: true });
        // A folder of which git lists nothing is walked without git, which knows nothing of the user's excludes.
        fs.writeFileSync(path.join(root, folder, 'always.rst'), 'delta\n');
      }
      if (repository !== null) {
        git(root, 'init', '-q');
        const excludes = path.join(root, '.git', 'excludes');
        fs.writeFileSync(excludes, repository.userExcludes.join('\n'));
        git(root, 'config', 'core.excludesFile', excludes);
        git(root, 'config', 'core.ignoreCase', String(repository.ignoresCase));
      }
      for (const edit of start) apply(root, edit, isRepository);
      const followed = SqliteIndexStore.open(storeFile(temporaryDirectory('store')), { mergePostings: 50 });
      for (const folder of indexed) await indexIfThere(followed, root, folder);
      for (const { batch, order, again, parents } of edits) {
        const told = batch.flatMap((edit) => apply(root, edit, isRepository));
        if (parents) told.push(...told.map((name) => path.posix.dirname(name)).filter((name) => name !== '.'));
        if (again) told.push(...told);
        await updatePaths(followed, root, shuffled(told, order), { pool });
        expect(followed.verify()).toEqual([]);
        const fresh = new MemoryIndexStore();
        for (const folder of indexed) await indexIfThere(fresh, root, folder);
        expect(rounded(contentOf(followed, words)), JSON.stringify(batch)).toEqual(rounded(contentOf(fresh, words)));
        expect(
          followed
            .skipsBeneath('')
            .map((skip) => skip.path)
            .sort(),
        ).toEqual(
          fresh
            .skipsBeneath('')
            .map((skip) => skip.path)
            .sort(),
        );
      }
      followed.close();
    }),
    { numRuns: rounds },
  );
});

/** The reference adds up in another order. */
const rounded = ({ answers, ...content }: ReturnType<typeof contentOf>) => ({
  ...content,
  answers: answers.map((matches) => matches.map(({ match, score }) => `${match} ${score.toPrecision(9)}`)),
});

const shuffled = (paths: readonly string[], order: Iterator<number>): string[] =>
  paths
    .map((name) => ({ name, place: Number(order.next().value) }))
    .sort((left, right) => left.place - right.place)
    .map(({ name }) => name);

async function indexIfThere(store: IndexStore, root: string, folder: string): Promise<void> {
  if (isDirectory(path.join(root, folder))) await runInFolder(store, root, { folder: path.join(root, folder), pool });
}

/** Does one thing, where it can be done. @returns the paths a watcher would tell of */
function apply(root: string, edit: Step, isRepository: boolean): string[] {
  const at = (name: string) => path.join(root, name);
  switch (edit.kind) {
    case 'write':
      return makeWay(root, edit.file) ? written(root, edit.file, edit.text) : [];
    case 'rules': {
      const name = path.posix.join(edit.directory, edit.name);
      return makeWay(root, name) ? written(root, name, edit.rules.map((rule) => `${rule}\n`).join('')) : [];
    }
    case 'remove':
      if (edit.path === '' || folders.includes(edit.path) || !exists(at(edit.path))) return [];
      fs.rmSync(at(edit.path), { recursive: true });
      return [edit.path];
    case 'rename':
      if (edit.from === '' || folders.includes(edit.from) || exists(at(edit.to)) || edit.to.startsWith(`${edit.from}/`)) return [];
      if (!exists(at(edit.from)) || !makeWay(root, edit.to)) return [];
      fs.renameSync(at(edit.from), at(edit.to));
      return [edit.from, edit.to];
    case 'track':
      if (!isRepository || !exists(at(edit.file))) return [];
      return tryGit(root, 'add', '-f', edit.file) ? [edit.file] : [];
    case 'exclude':
      if (!isRepository) return [];
      fs.appendFileSync(at('.git/info/exclude'), `${edit.rule}\n`);
      return ['.git/info/exclude'];
    case 'repository':
      if (!isDirectory(at(edit.directory))) return [];
      git(at(edit.directory), 'init', '-q');
      return [`${edit.directory}/.git`];
    case 'submodule':
      return isRepository ? addSubmodule(root, edit.directory) : [];
    case 'turn':
      return turn(root, edit);
    case 'link':
      if (exists(at(edit.file)) || !makeWay(root, edit.file)) return [];
      fs.symlinkSync(at(edit.target), at(edit.file));
      return [edit.file];
  }
}

/** A file becomes a directory, a directory or nothing becomes a file. */
function turn(root: string, { path: name, inside, text: content, told }: Extract<Step, { kind: 'turn' }>): string[] {
  const at = path.join(root, name);
  if (!makeWay(root, name)) return [];
  const before = isDirectory(at)
    ? fs.readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((inner) => isFile(path.join(at, inner)))
    : [];
  const wasFile = isFile(at);
  fs.rmSync(at, { recursive: true, force: true });
  let inner = before;
  if (wasFile) {
    inner = inside;
    for (const child of inside) {
      fs.mkdirSync(path.dirname(path.join(at, child)), { recursive: true });
      fs.writeFileSync(path.join(at, child), child === '.gitignore' ? '*.txt\n' : content);
    }
  } else fs.writeFileSync(at, content);
  const beneath = inner.map((child) => path.posix.join(name, child));
  if (told === 'top' || beneath.length === 0) return [name];
  return told === 'inside' ? beneath : [name, ...beneath];
}

function written(root: string, name: string, content: string): string[] {
  const file = path.join(root, name);
  if (isDirectory(file)) return [];
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, content);
  return [name];
}

/** A repository with a commit, whose place is then tracked as a gitlink. */
function addSubmodule(root: string, directory: string): string[] {
  const at = path.join(root, directory);
  if (exists(at)) return [];
  fs.mkdirSync(at);
  git(at, 'init', '-q');
  fs.writeFileSync(path.join(at, 'a.go'), 'alpha in a submodule\n');
  git(at, 'add', '.');
  git(at, 'commit', '-q', '-m', 'c');
  tryGit(root, 'add', directory);
  return [directory];
}

/** @returns false where a file or a link is in the way */
function makeWay(root: string, name: string): boolean {
  const parent = path.dirname(path.join(root, name));
  try {
    fs.mkdirSync(parent, { recursive: true });
    return fs.realpathSync(parent) === parent;
  } catch {
    return false;
  }
}

/** Runs git apart from the user's configuration. */
function git(directory: string, ...args: string[]): void {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.org', ...args], { cwd: directory, env, stdio: 'ignore' });
}

function tryGit(root: string, ...args: string[]): boolean {
  try {
    git(root, ...args);
    return true;
  } catch {
    return false;
  }
}

const exists = (file: string): boolean => statOf(file) !== undefined;
const isFile = (file: string): boolean => statOf(file)?.isFile() === true;
const isDirectory = (file: string): boolean => statOf(file)?.isDirectory() === true;

function statOf(file: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(file);
  } catch {
    return undefined;
  }
}
