import fs from 'node:fs';
import { requireNamespaces, requirePlatform } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { FreshProject, none, sourceOf, wordOf } from './fixtures/fresh-project.ts';

/** Two states of a repository that share little: files that change, go, come and move. */
function plantTwoStates(project: FreshProject, count: number): void {
  const plant = (state: string, begin: number): void => {
    for (let n = begin; n < begin + count; n += 1) {
      const text = sourceOf(`${wordOf(n)}${state}`, wordOf(n));
      project.write({ [`src/d${n % 40}/e${n % 3}/f${n}.py`]: text });
    }
    project.git('add', '-A');
    project.git('commit', '-qm', state);
    project.git('tag', state);
  };
  project.git('init', '-q', '-b', 'main');
  plant('old', 0);
  fs.rmSync(project.path('src'), { recursive: true });
  plant('new', Math.floor(count / 2));
}

test('after a switch between two far states the index is that of a fresh run', async () => {
  const project = new FreshProject();
  plantTwoStates(project, 1_500);
  await project.begin({});
  const before = (await project.status()).watcher;
  project.git('checkout', '-q', 'old');
  await project.finds(`${wordOf(7)}old`, 'src/d7/e1/f7.py');
  await project.settled();
  await project.until('all files of the old state, and the readme', (status) => status.total_documents === 1_501);
  await project.finds(`${wordOf(2000)}new`);
  expect((await project.status()).watcher.batches - before.batches).toBeLessThanOrEqual(4);
  project.git('checkout', '-q', 'new');
  await project.finds(`${wordOf(2000)}new`, 'src/d0/e2/f2000.py');
  await project.settled();
  expect(await project.differences()).toEqual(none);
});

test('a process that is killed in the middle of a batch is made good by the next one', async () => {
  const project = new FreshProject();
  plantTwoStates(project, 1_500);
  await project.begin({});
  project.git('checkout', '-q', 'old');
  const { index } = await project.status();
  await waitUntil('the batch has begun', async () => (await project.status()).index.generation > index.generation, {
    timeoutMs: 180_000,
    intervalMs: 5,
  });
  await project.server.kill();
  fs.writeFileSync(project.path('src/d1/e1/f1.py'), sourceOf('whilenobodylooked'));
  await project.serve();
  await project.finds('whilenobodylooked', 'src/d1/e1/f1.py');
  await project.settled();
  await project.until('all files of the old state, and the readme', (status) => status.total_documents === 1_501);
  expect(await project.differences()).toEqual(none);
});

test('what changed while no instance ran is found by the next, without a job', async () => {
  const project = new FreshProject();
  await project.begin({ 'a.py': sourceOf('firstword'), 'b.py': sourceOf('goneword') });
  await project.server.stop();
  fs.writeFileSync(project.path('a.py'), sourceOf('secondword'));
  fs.rmSync(project.path('b.py'));
  await project.serve();
  await project.finds('secondword', 'a.py');
  await project.finds('goneword');
  const { jobs } = await project.server.ask('jobs', '/index/jobs');
  expect(jobs.filter(({ trigger }) => trigger === undefined)).toHaveLength(1);
});

test('an index of an earlier version is made anew for the folders that it had, also where nothing is watched', async () => {
  const project = new FreshProject();
  const env = { AGENT_BRAIN_WATCH: 'false' };
  project.write({ 'src/a.py': sourceOf('firstword'), 'other/b.py': sourceOf('otherword') });
  await project.serve({ env });
  await project.server.index('src');
  await project.server.stop();
  const store = fs.openSync(project.project.file('data/index.db'), 'r+');
  // PRAGMA user_version, https://www.sqlite.org/fileformat.html#user_version_number
  fs.writeSync(store, Buffer.from([0, 0, 0, 1]), 0, 4, 60);
  fs.closeSync(store);
  await project.serve({ env });
  await project.finds('firstword', 'src/a.py');
  expect((await project.settled()).total_documents).toBe(1);
});

test('a user whose watches run out is told the limit and the remedy, and stays served', async (context) => {
  requirePlatform(context, 'linux');
  requireNamespaces(context);
  const limited = ['unshare', '--user', '--map-root-user', 'sh', '-c', 'echo 12 > /proc/sys/user/max_inotify_watches && exec "$@"', 'sh'];
  const project = new FreshProject();
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`src/d${n}/a.py`, sourceOf(wordOf(n))]));
  await project.begin(files, { around: limited });
  const { watcher } = await project.status();
  expect(watcher).toMatchObject({ state: 'limited', folders: 1 });
  expect(watcher.reason).toMatch(/user\.max_inotify_watches = 12\b.*sudo sysctl user\.max_inotify_watches=/);
  fs.writeFileSync(project.path('src/d3/a.py'), sourceOf('changedword'));
  await project.server.index('.');
  await project.finds('changedword', 'src/d3/a.py');
});
