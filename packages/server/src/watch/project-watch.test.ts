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
    expect(project.source.folders).toEqual([project.folder]);
    await project.until('it runs', () => project.watch.status().state === 'on' && project.isIdle());
    expect(project.updates).toEqual([['.']]);
    expect(project.watch.status()).toMatchObject({ state: 'on', folders: 1, batches: 1, last_compared_at: expect.any(String) });
    expect(project.uses).toBe(0);
  });

  test('what needs no watch gets none', async () => {
    const project = new WatchedProject();
    await project.begin();
    expect(project.source.open[0]?.scope).toMatchObject({ folder: project.folder, stateDir: [project.path('.claude')] });
  });

  test('a folder that a request wants left alone is left alone, whatever the configuration says', async () => {
    const project = new WatchedProject();
    project.requests = [
      { folderPath: project.folder, request: requestOf(project.folder, { watch: false }) },
      { folderPath: project.path('.claude'), request: requestOf('.claude', { watch: true }) },
    ];
    await project.begin();
    expect(project.source.folders).toEqual([project.path('.claude')]);
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
    project.source.emit(project.write('a.ts'));
    expect([project.watch.pendingFiles, project.uses]).toEqual([1, 1]);
    await project.until('the batch', () => project.isIdle());
    expect(project.updates).toEqual([['a.ts']]);
    expect(project.watch.status()).toMatchObject({ batches: 2, files_updated: 2, last_update_at: expect.any(String) });
  });

  test('in the state dir, or inside git, is nothing to it', async () => {
    const project = new WatchedProject();
    await project.begin();
    for (const name of ['.claude/data/index.db', '.git/refs/heads/main', '.git/COMMIT_EDITMSG']) project.source.emit(project.path(name));
    await project.pass(1_000);
    expect([project.updates, project.uses]).toEqual([[], 0]);
  });

  test('during a batch waits for the next one', async () => {
    const project = new WatchedProject();
    await project.begin();
    const first = Promise.withResolvers<IndexStats>();
    project.answer = () => first.promise;
    project.source.emit(project.write('a.ts'));
    await project.until('the first batch', () => project.updates.length === 1);
    project.source.emit(project.write('b.ts'));
    await project.pass(500);
    expect(project.updates).toEqual([['a.ts']]);
    expect(project.watch.pendingFiles).toBe(2);
    project.answer = async () => noStats;
    first.resolve(noStats);
    await project.until('both batches', () => project.isIdle());
    expect(project.updates).toEqual([['a.ts'], ['b.ts']]);
  });

  test('with a name that is no UTF-8 is one of its directory', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.emit(project.path('src/a\uFFFD.ts'));
    await project.until('the batch', () => project.updates.length > 0);
    expect(project.updates).toEqual([['src']]);
  });

  test('while git holds its index waits until git is done, and all is one batch', async () => {
    const project = new WatchedProject();
    project.write('.git/HEAD');
    await project.begin();
    const lock = project.write('.git/index.lock');
    for (let n = 0; n < 40; n += 1) {
      project.source.emit(project.path(`src/${n}.ts`));
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
  test('make the folder be compared as a whole, and are counted until that is done', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.emit(...Array.from({ length: 1_000 }, (_, n) => project.path(`src/${n}.ts`)));
    expect(project.watch.pendingFiles).toBe(1_000);
    await project.until('the batch', () => project.isIdle());
    expect(project.updates).toEqual([['.']]);
  });
});

describe('changes that the source has lost', () => {
  test('make the folder be compared, and count until that is done', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.drops = true;
    project.source.emit(project.write('a.ts'));
    expect(project.watch.pendingFiles).toBe(1);
    await project.until('the comparison', () => project.isIdle());
    expect(project.updates).toEqual([['.']]);
  });

  test('and those that it has not reported yet count as well', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.busy(true);
    await project.pass(1_000);
    expect(project.watch.pendingFiles).toBe(1);
    project.source.emit(project.write('a.ts'));
    project.source.busy(false);
    await project.until('the change', () => project.isIdle());
    expect(project.updates).toEqual([['a.ts']]);
  });
});

describe('what git is known to do', () => {
  test.each(['HEAD', 'ORIG_HEAD', 'index'])('a new %s counts from the moment it is seen until the folder was compared', async (name) => {
    const project = new WatchedProject();
    await project.begin();
    project.source.emit(project.path(`.git/${name}`));
    expect(project.watch.pendingFiles).toBe(1);
    const compared = Promise.withResolvers<IndexStats>();
    project.answer = () => compared.promise;
    await project.until('the comparison', () => project.updates.length > 0);
    expect([project.updates, project.watch.pendingFiles]).toEqual([[['.']], 1]);
    compared.resolve(noStats);
    await project.until('it is done', () => project.isIdle());
    expect(project.watch.pendingFiles).toBe(0);
  });

  test('while it holds its index something is pending, and nothing any more when it has changed no file', async () => {
    const project = new WatchedProject();
    project.write('.git/HEAD');
    await project.begin();
    const lock = project.write('.git/index.lock');
    project.source.emit(lock);
    await project.pass(1_000);
    expect([project.watch.pendingFiles, project.updates]).toEqual([1, []]);
    fs.rmSync(lock);
    project.source.emit(lock);
    await project.until('it is quiet', () => project.isIdle());
    expect(project.updates).toEqual([]);
  });

  test('a submodule that changes counts too', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.emit(project.path('vendor/lib/.git/HEAD'));
    expect(project.watch.pendingFiles).toBe(1);
    await project.until('the comparison', () => project.isIdle());
    expect(project.updates).toEqual([['.']]);
  });
});

describe('directories without a watch', () => {
  test('are named in the status, with the remedy, until they have one', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.source.cover({ watched: 7, missing: 2, examples: [project.path('a'), project.path('b/c')], code: 'ENOSPC' });
    expect(project.watch.status()).toMatchObject({ state: 'limited', reason: expect.stringMatching(/2 of 9 directories.*\(a, b\/c\)/) });
    project.source.cover({ watched: 8, missing: 1, examples: [project.path('a')], code: 'EIO' });
    expect(project.watch.status()).toMatchObject({ state: 'degraded', reason: expect.stringMatching(/1 of 9 .*not watched — EIO/) });
    project.source.cover({ watched: 9, missing: 0, examples: [] });
    expect(project.watch.status()).toMatchObject({ state: 'on' });
  });
});

describe('the first answer', () => {
  const never = new AbortController().signal;

  test('waits for the first comparison where it may, and the next ones do not', async () => {
    const project = new WatchedProject({ firstAnswerMs: 2_000 });
    const compared = Promise.withResolvers<IndexStats>();
    project.answer = () => compared.promise;
    project.watch.start();
    let isFirstOver = false;
    void project.watch.caughtUp(never).then(() => (isFirstOver = true));
    await project.until('the comparison runs', () => project.updates.length > 0);
    expect([isFirstOver, project.watch.pendingFiles]).toEqual([false, 1]);
    compared.resolve(noStats);
    await project.until('the answer goes on', () => isFirstOver);
    await project.watch.caughtUp(never);
    expect(project.watch.pendingFiles).toBe(0);
  });

  test('waits no longer than it may, and something is pending then', async () => {
    const project = new WatchedProject({ firstAnswerMs: 2_000 });
    project.answer = () => new Promise(() => {});
    project.watch.start();
    const since = project.clock.now();
    let isOver = false;
    void project.watch.caughtUp(never).then(() => (isOver = true));
    await project.until('the answer goes on', () => isOver);
    expect(project.clock.now() - since).toBeGreaterThanOrEqual(2_000);
    expect(project.watch.pendingFiles).toBe(1);
  });

  test('ends with the question', async () => {
    const project = new WatchedProject({ firstAnswerMs: 2_000 });
    project.answer = () => new Promise(() => {});
    project.watch.start();
    const asker = new AbortController();
    const waiting = project.watch.caughtUp(asker.signal);
    asker.abort(new Error('nobody asks any more'));
    await expect(waiting).rejects.toThrow('nobody asks any more');
  });
});

describe('a batch that fails', () => {
  test('is told and tried again, later and later', async () => {
    const project = new WatchedProject();
    await project.begin();
    project.answer = async () => {
      throw new AgentBrainError('DISK_FULL', 'No space is left');
    };
    project.source.emit(project.write('a.ts'));
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
    project.source.emit(project.write('a.ts'));
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

describe('a batch that takes too long', () => {
  const tooLong = (signal: AbortSignal): Promise<IndexStats> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

  test('is tried again later and later, and ends in one state that says so when it comes on by nothing', async () => {
    const project = new WatchedProject({ timeoutS: 2 });
    await project.begin();
    project.answer = tooLong;
    project.source.emit(project.write('a.ts'));
    await project.until('it is given up', () => project.watch.status().reason?.includes('3 times in a row') === true);
    expect(project.updates).toHaveLength(3);
    expect(project.watch.status().reason).toContain('queue.timeout_s');
    await project.pass(1_000_000);
    expect([project.updates.length, project.watch.pendingFiles, project.watch.status().state]).toEqual([3, 1, 'degraded']);
    project.answer = async () => noStats;
    project.watch.tryAgain();
    await project.until('it is done', () => project.isIdle());
    expect(project.watch.status().state).toBe('on');
  });

  test('goes on for as long as it comes on', async () => {
    const project = new WatchedProject({ timeoutS: 2 });
    await project.begin();
    project.answer = (signal) => {
      project.generation += 1;
      return project.updates.length < 6 ? tooLong(signal) : Promise.resolve(noStats);
    };
    project.source.emit(project.write('a.ts'));
    await project.until('it is done', () => project.isIdle() && project.updates.length >= 6);
    expect(project.watch.status().state).toBe('on');
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
    project.source.emit(project.write('a.ts'));
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
