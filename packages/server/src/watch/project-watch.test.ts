import fs from 'node:fs';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { IndexStats } from '@agent-brain/contract/jobs';
import { describe, expect, test } from 'vitest';
import { noStats } from '../fixtures/index.ts';
import { requestOf, WatchedProject } from './fixtures/watched-project.ts';

describe('at its start', () => {
  test('every indexed folder is watched first and then compared', async () => {
    const project = new WatchedProject();
    expect(project.watch.status()).toMatchObject({ state: 'starting', folders: 0 });
    project.watch.start();
    await project.until('the first comparison', () => project.updates.length > 0);
    expect(project.source.open.map(({ directory }) => directory)).toEqual([project.folder]);
    await project.until('it runs', () => project.watch.status().state === 'on' && project.isIdle());
    expect(project.updates).toEqual([['.']]);
    expect(project.watch.status()).toMatchObject({ state: 'on', folders: 1, batches: 1, last_compared_at: expect.any(String) });
    expect(project.uses).toBe(0);
  });

  test('what needs no watch gets none', async () => {
    const project = new WatchedProject();
    await project.begin();
    expect(project.source.open[0]?.ignore).toContain(project.path('.claude'));
  });

  test('a folder that a request wants left alone is left alone, whatever the configuration says', async () => {
    const project = new WatchedProject();
    project.requests = [
      { folderPath: project.folder, request: requestOf(project.folder, { watch: false }) },
      { folderPath: project.path('.claude'), request: requestOf('.claude', { watch: true }) },
    ];
    await project.begin();
    expect(project.source.open.map(({ directory }) => directory)).toEqual([project.path('.claude')]);
  });

  test('with watch = false nothing is watched nor compared, except for folders that ask for it', async () => {
    const project = new WatchedProject({ watch: false });
    await project.begin();
    expect(project.watch.status()).toMatchObject({ state: 'off', reason: expect.stringContaining('watch = false'), folders: 0 });
    project.requests = [{ folderPath: project.folder, request: requestOf(project.folder, { watch: true }) }];
    await project.watch.refresh();
    await project.until('it is watched', () => project.watch.status().state === 'on');
    expect(project.watch.status().folders).toBe(1);
  });

  test('a folder whose first run was cancelled is left alone until a run of it completes', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.watch.givenUp.note({ status: 'cancelled', folder_path: project.folder });
    await project.watch.refresh();
    expect(project.watch.status().folders).toBe(0);
    project.watch.givenUp.note({ status: 'completed', folder_path: project.folder });
    await project.watch.refresh();
    expect(project.watch.status().folders).toBe(1);
  });

  test('a folder that was complete before a run of it was cancelled is kept fresh', async () => {
    const project = new WatchedProject();
    project.complete = [project.folder];
    await project.begin();
    project.watch.givenUp.note({ status: 'cancelled', folder_path: project.folder });
    await project.watch.refresh();
    expect(project.watch.status().folders).toBe(1);
  });

  test('what another version made is made anew, also in folders that are left alone otherwise', async () => {
    const project = new WatchedProject({ watch: false });
    project.needsRenewal = true;
    project.watch.start();
    await project.until('it is compared', () => project.updates.length > 0);
    expect(project.updates).toEqual([['.']]);
    expect(project.folders).toEqual([[project.folder]]);
  });

  test('where the library cannot be loaded folders are compared every minute, and the status says why', async () => {
    const project = new WatchedProject({
      loadSource: async () => {
        throw new AgentBrainError('WATCH_UNSUPPORTED', 'Files cannot be watched on plan9-mips');
      },
    });
    await project.begin();
    expect(project.watch.status()).toMatchObject({ state: 'off', reason: expect.stringContaining('plan9-mips') });
    await project.pass(130_000);
    expect(project.updates).toEqual([['.'], ['.']]);
  });
});

describe('a change', () => {
  test('is taken over soon, is counted, and shows that the instance is in use', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.emit({ kind: 'create', path: project.write('a.ts') });
    expect([project.watch.pendingFiles, project.uses]).toEqual([1, 1]);
    await project.until('the batch', () => project.isIdle());
    expect(project.updates).toEqual([['a.ts']]);
    expect(project.watch.status()).toMatchObject({ batches: 2, files_updated: 2, last_update_at: expect.any(String) });
  });

  test('in the state dir, or inside git, is nothing to it', async () => {
    const project = new WatchedProject();
    await project.begin();
    for (const name of ['.claude/data/index.db', '.git/refs/heads/main', '.git/index.lock'])
      project.source.emit({ kind: 'update', path: project.path(name) });
    await project.pass(1_000);
    expect([project.updates, project.uses]).toEqual([[], 0]);
  });

  test('during a batch waits for the next one', async () => {
    const project = new WatchedProject();
    await project.begin();
    const first = Promise.withResolvers<IndexStats>();
    project.answer = () => first.promise;
    project.source.emit({ kind: 'update', path: project.write('a.ts') });
    await project.until('the first batch', () => project.updates.length === 1);
    project.source.emit({ kind: 'update', path: project.write('b.ts') });
    await project.pass(500);
    expect(project.updates).toEqual([['a.ts']]);
    expect(project.watch.pendingFiles).toBe(2);
    project.answer = async () => noStats;
    first.resolve(noStats);
    await project.until('both batches', () => project.isIdle());
    expect(project.updates).toEqual([['a.ts'], ['b.ts']]);
  });

  test('of what git would list makes the folder be compared when it is quiet', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.emit({ kind: 'update', path: project.path('.git/index') });
    await project.pass(1_900);
    expect(project.updates).toEqual([]);
    await project.until('the comparison', () => project.updates.length > 0);
    expect(project.updates).toEqual([['.']]);
  });

  test('with a name that is no UTF-8 is one of its directory', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.emit({ kind: 'create', path: project.path('src/a\uFFFD.ts') });
    await project.until('the batch', () => project.updates.length > 0);
    expect(project.updates).toEqual([['src']]);
  });

  test('while git holds its index waits until git is done, and all is one batch', async () => {
    const project = new WatchedProject();
    project.write('.git/HEAD');
    await project.begin();
    const lock = project.write('.git/index.lock');
    for (let n = 0; n < 40; n += 1) {
      project.source.emit({ kind: 'update', path: project.path(`src/${n}.ts`) });
      await project.pass(100);
    }
    expect(project.updates).toEqual([]);
    fs.rmSync(lock);
    await project.until('the batch', () => project.isIdle());
    expect(project.updates).toHaveLength(1);
    expect(project.updates[0]).toHaveLength(40);
  });
});

describe('many changes at once', () => {
  test('make the folder be compared and watched anew: some may have been lost', async () => {
    const project = new WatchedProject();
    await project.begin();
    const { subscribed } = project.source;
    project.source.emit(...Array.from({ length: 1_000 }, (_, n) => ({ kind: 'update' as const, path: project.path(`src/${n}.ts`) })));
    expect(project.watch.pendingFiles).toBe(1_000);
    await project.until('the batch', () => project.updates.length > 0);
    expect(project.updates).toEqual([['.']]);
    await project.until('a new watch', () => project.source.subscribed > subscribed && project.updates.length === 2);
    expect(project.source.open).toHaveLength(1);
    expect(project.updates).toEqual([['.'], ['.']]);
  });

  test('a directory with directories in it gets a watch of its own and is compared again', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.write('new/deep/er/a.ts');
    project.source.emit({ kind: 'create', path: project.path('new') });
    await project.until('the second look', () => project.updates.length === 2);
    expect(project.source.open.map(({ directory }) => directory)).toEqual([project.folder, project.path('new')]);
    expect(project.updates).toEqual([['new'], ['new']]);
    project.source.emit({ kind: 'update', path: project.path('new/deep/er/a.ts') });
    await project.until('the change within', () => project.updates.length === 3);
    expect(project.updates[2]).toEqual(['new/deep/er/a.ts']);
  });

  test('after many such directories one watch over all is made again', async () => {
    const project = new WatchedProject();
    await project.begin();
    for (let n = 0; n < 17; n += 1) project.write(`new${n}/deep/a.ts`);
    project.source.emit(...Array.from({ length: 17 }, (_, n) => ({ kind: 'create' as const, path: project.path(`new${n}`) })));
    await project.until('the comparison', () => project.updates.some(([first]) => first === '.'));
    expect(project.source.open.map(({ directory }) => directory)).toEqual([project.folder]);
  });
});

describe('a batch that fails', () => {
  test('is told and tried again, later and later', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.answer = async () => {
      throw new AgentBrainError('DISK_FULL', 'No space is left');
    };
    project.source.emit({ kind: 'update', path: project.write('a.ts') });
    await project.until('the failure', () => project.updates.length === 1);
    await project.pass(50);
    expect(project.watch.status()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('No space is left') });
    expect(project.watch.pendingFiles).toBe(1);
    await project.pass(16_000);
    expect(project.updates).toHaveLength(3);
    project.answer = async () => noStats;
    await project.until('it goes', () => project.isIdle());
    expect(project.updates.at(-1)).toEqual(['a.ts']);
    expect(project.watch.status().state).toBe('on');
  });

  test('because somebody cancelled it is not tried again by itself, and its files stay counted', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.answer = (signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    project.source.emit({ kind: 'update', path: project.write('a.ts') });
    await project.until('it is a job', () => project.queue.stats().runningJobId !== null);
    await project.queue.cancel(project.queue.stats().runningJobId ?? '', { force: true });
    await project.pass(60_000);
    expect(project.updates).toHaveLength(1);
    expect(project.watch.pendingFiles).toBe(1);
    project.answer = async () => noStats;
    await project.until('the next comparison', () => project.isIdle());
    expect(project.updates.at(-1)).toEqual(['a.ts']);
  });
});

describe('from time to time', () => {
  test('everything is compared every five minutes, and that is no use of the instance', async () => {
    const project = new WatchedProject();
    await project.begin();
    await project.pass(290_000);
    expect(project.updates).toEqual([]);
    await project.pass(20_000);
    expect([project.updates, project.uses]).toEqual([[['.']], 0]);
  });

  test('after a sleep of the machine everything is compared at once', async () => {
    const project = new WatchedProject();
    await project.begin();
    // No timer runs while the machine sleeps: one that was due goes off afterwards.
    project.clock.advance(4_000);
    project.clock.sleep(120_000);
    await project.pass(2_000);
    expect(project.updates).toEqual([['.']]);
  });
});

describe('a folder', () => {
  test('that is removed is told of, and watched and compared again when it is back', async () => {
    const project = new WatchedProject();
    await project.begin();
    fs.rmSync(project.folder, { recursive: true });
    await project.until('it is missed', () => project.watch.status().state === 'degraded');
    expect(project.watch.status().reason).toContain('not there any more');
    expect([project.source.open, project.updates]).toEqual([[], []]);
    fs.mkdirSync(project.folder);
    await project.until('it is back', () => project.watch.status().state === 'on');
    await project.until('it is compared', () => project.updates.length === 1);
    expect(project.source.open).toHaveLength(1);
  });

  test('that another one has replaced is watched and compared anew', async () => {
    const project = new WatchedProject();
    await project.begin();
    const { subscribed } = project.source;
    fs.renameSync(project.folder, `${project.folder}-old`);
    fs.mkdirSync(project.folder);
    await project.until('it is compared', () => project.updates.length === 1);
    expect([project.source.subscribed, project.source.open.length]).toEqual([subscribed + 1, 1]);
  });

  test('that is indexed no more is watched no more, and its changes are forgotten', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.requests = [];
    project.source.emit({ kind: 'update', path: project.write('a.ts') });
    await project.watch.refresh();
    expect([project.source.open, project.watch.pendingFiles]).toEqual([[], 0]);
  });

  test('whose watches ran out is limited, compared every minute, and watched again as soon as it can be', async () => {
    const project = new WatchedProject();
    project.source.failure = new Error(`inotify_add_watch on '${project.folder}' failed: No space left on device`);
    await project.begin();
    expect(project.watch.status()).toMatchObject({ state: 'limited', reason: expect.stringContaining('sysctl') });
    await project.pass(70_000);
    expect(project.updates).toEqual([['.']]);
    project.source.failure = undefined;
    await project.until('it is watched', () => project.watch.status().state === 'on');
    expect(project.source.open).toHaveLength(1);
  });

  test('whose watch breaks is compared and watched again', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.open[0]?.onError(new Error('Unable to poll: Bad file descriptor'));
    await project.until('it is compared', () => project.updates.length === 1);
    await project.until('it is watched', () => project.watch.status().state === 'on');
    expect(project.source.open).toHaveLength(1);
  });
});
