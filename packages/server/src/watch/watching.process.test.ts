import fs from 'node:fs';
import { expect, test } from 'vitest';
import { FreshProject, makeFifo, makeSparse, none, sourceOf, wordOf } from './fixtures/fresh-project.ts';

const many = process.env['AGENT_BRAIN_SOAK'] === '1' ? 10_000 : 1_000;

test('what editors and people do to files is searchable a moment later', async () => {
  const project = new FreshProject();
  await project.begin({ 'src/a.py': sourceOf('firstword'), 'src/deep/b.py': sourceOf('deepword') });

  fs.writeFileSync(project.path('src/a.py'), sourceOf('truncatedword'));
  await project.finds('truncatedword', 'src/a.py');
  await project.finds('firstword');

  // Written beside and moved over it, as most editors save.
  fs.writeFileSync(project.path('src/.a.py.tmp'), sourceOf('renamedword'));
  fs.renameSync(project.path('src/.a.py.tmp'), project.path('src/a.py'));
  await project.finds('renamedword', 'src/a.py');

  // Moved to a backup and written anew, as vim saves.
  fs.renameSync(project.path('src/a.py'), project.path('src/a.py~'));
  fs.writeFileSync(project.path('src/a.py'), sourceOf('vimword'));
  fs.rmSync(project.path('src/a.py~'));
  await project.finds('vimword', 'src/a.py');

  fs.renameSync(project.path('src/a.py'), project.path('src/A.py'));
  await project.finds('vimword', 'src/A.py');

  fs.renameSync(project.path('src'), project.path('lib'));
  await project.finds('deepword', 'lib/deep/b.py');
  fs.writeFileSync(project.path('lib/deep/b.py'), sourceOf('afterwards'));
  await project.finds('afterwards', 'lib/deep/b.py');

  fs.rmSync(project.path('lib/A.py'));
  await project.finds('vimword');
  await project.settled();
  expect(await project.differences()).toEqual(none);
});

test(`1,000 files in a directory that was made the same instant are all found, and so is what happens there later`, async () => {
  const project = new FreshProject();
  await project.begin({ 'a.py': sourceOf('firstword') });
  for (const directory of ['new/one/two', 'existing']) fs.mkdirSync(project.path(directory), { recursive: true });
  for (let n = 0; n < 1_000; n += 1) fs.writeFileSync(project.path(`new/one/two/f${n}.py`), sourceOf(wordOf(n)));
  await project.until('all are there', (status) => status.total_documents === 1_002);
  await project.finds(wordOf(999), 'new/one/two/f999.py');
  await project.settled();
  fs.writeFileSync(project.path('new/one/two/f5.py'), sourceOf('laterword'));
  await project.finds('laterword', 'new/one/two/f5.py');
  expect(await project.differences()).toEqual(none);
});

test(`${many} files that are deleted at once are gone at once`, async () => {
  const project = new FreshProject();
  const files = Object.fromEntries(Array.from({ length: many }, (_, n) => [`src/${n % 50}/f${n}.py`, sourceOf(wordOf(n))]));
  await project.begin({ 'a.py': sourceOf('firstword'), ...files });
  await project.until('all are there', (status) => status.total_documents === many + 2);
  fs.rmSync(project.path('src'), { recursive: true });
  await project.until('all are gone', (status) => status.total_documents === 2);
  await project.settled();
  expect(await project.differences()).toEqual(none);
});

test('links in circles, a pipe, and two gigabytes of nothing disturb nobody', async () => {
  const project = new FreshProject();
  await project.begin({ 'src/a.py': sourceOf('firstword') });
  fs.symlinkSync('..', project.path('src/up'));
  fs.symlinkSync('b', project.path('src/c'));
  fs.symlinkSync('c', project.path('src/b'));
  fs.symlinkSync('/', project.path('src/everything'));
  makeFifo(project.path('src/pipe.py'));
  makeSparse(project.path('src/huge.py'), 2 * 1024 ** 3);
  fs.writeFileSync(project.path('src/z.py'), sourceOf('lastword'));
  await project.finds('lastword', 'src/z.py');
  const { total_documents: documents, memory_bytes: memory } = await project.settled();
  expect(documents).toBe(3);
  expect(memory).toBeLessThan(900 * 1024 ** 2);
  expect(await project.differences()).toEqual(none);
});

test('a change of the rules takes files out and in, and what becomes ignored is watched no more', async () => {
  const project = new FreshProject();
  await project.begin({ 'src/a.py': sourceOf('firstword'), 'made/b.py': sourceOf('madeword') });
  await project.finds('madeword', 'made/b.py');
  fs.writeFileSync(project.path('.gitignore'), 'made/\n');
  await project.finds('madeword');
  fs.writeFileSync(project.path('.gitignore'), '');
  await project.finds('madeword', 'made/b.py');
  fs.writeFileSync(project.path('.git/info/exclude'), 'a.py\n');
  await project.finds('firstword');
  await project.settled();
  expect(await project.differences()).toEqual(none);
});

test('an instance to which nothing happens commits nothing, whatever it writes itself', async () => {
  const project = new FreshProject();
  await project.begin({ 'src/a.py': sourceOf('firstword') });
  fs.writeFileSync(project.path('src/a.py'), sourceOf('secondword'));
  await project.finds('secondword', 'src/a.py');
  const { index, watcher } = await project.settled();
  // A folder of its own beneath the watched one, and a word from the watcher that it has seen all before it.
  for (let n = 0; n < 30; n += 1) await project.find(wordOf(n));
  fs.writeFileSync(project.path('src/last.bin'), Buffer.from([0, 1, 2]));
  await project.until('the last change was seen', (status) => status.watcher.batches > watcher.batches);
  const after = await project.settled();
  expect(after.watcher.batches - watcher.batches).toBeLessThanOrEqual(2);
  expect(after.index.generation - index.generation).toBeLessThanOrEqual(2);
  expect(after.watcher.files_updated).toBe(watcher.files_updated);
});

test('a request decides for its folder, and that outlives the process', async () => {
  const project = new FreshProject();
  await project.begin({ 'still/a.py': sourceOf('stillword'), 'live/b.py': sourceOf('liveword') });
  await project.server.ask('index', '/index', { folder_path: 'still', watch: false });
  await project.until('the job is done', (status) => !status.indexing_in_progress && status.queued_jobs_count === 0);
  const alter = (name: string): void => {
    fs.writeFileSync(project.path('still/a.py'), sourceOf(`still${name}`));
    fs.writeFileSync(project.path('live/b.py'), sourceOf(`live${name}`));
  };
  alter('second');
  await project.finds('livesecond', 'live/b.py');
  await project.finds('stillword', 'still/a.py');
  await project.server.stop();
  await project.serve();
  alter('third');
  await project.finds('livethird', 'live/b.py');
  await project.finds('stillword', 'still/a.py');
  const { watcher } = await project.status();
  expect(watcher.folders).toBe(1);
});
