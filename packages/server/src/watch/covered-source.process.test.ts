import fs from 'node:fs';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';
import { CoveredSource } from './covered-source.ts';
import { SnapshotEvents } from './fixtures/snapshot-events.ts';
import { parcelEvents } from './parcel-events.ts';
import type { TreeEvents } from './tree-events.ts';
import { unwatchedTrees } from './unwatched-trees.ts';
import { describeWatchSource, SourceProbe } from './watch-source.contract.ts';

const covered = (events: TreeEvents, after = realTime): CoveredSource =>
  new CoveredSource({ events, findUnwatched: (folder, closedDirs) => unwatchedTrees(folder, closedDirs, process.env), after });

function realTime(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

describe('the source over @parcel/watcher', () => {
  describeWatchSource(async () => covered(await parcelEvents()));
});

describe('the source over a library that cancels and drops', () => {
  describeWatchSource(async () => covered(new SnapshotEvents()));

  test('reports a loss after every burst, an empty delivery included', async () => {
    const events = new SnapshotEvents();
    const probe = new SourceProbe();
    probe.write('a.ts');
    const close = await probe.watch(covered(events));
    fs.rmSync(probe.write('gone.ts'));
    await waitUntil('a loss is reported', () => probe.losses > 0);
    await close();
  });

  test('renews a watch that failed again and again, and says so meanwhile', async () => {
    const events = new SnapshotEvents();
    const probe = new SourceProbe();
    const delays: number[] = [];
    const close = await probe.watch(
      covered(events, (delayMs, action) => {
        delays.push(delayMs);
        return realTime(Math.min(delayMs, 20), action);
      }),
    );
    events.failure = Object.assign(new Error('inotify_add_watch: No such file'), { code: 'ENOENT' });
    probe.write('.gitignore');
    await waitUntil('it has failed several times', () => delays.filter((delay) => delay >= 4_000).length > 1);
    expect(probe.coverage).toMatchObject({ missing: 1, code: 'ENOENT' });
    const { subscribed } = events;
    events.failure = undefined;
    await waitUntil('it is watched again', () => probe.coverage?.missing === 0);
    expect(events.subscribed).toBeGreaterThan(subscribed);
    fs.rmSync(probe.path('.gitignore'));
    await probe.sees('.gitignore');
    await close();
  });
});
