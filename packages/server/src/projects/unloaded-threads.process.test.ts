import fs from 'node:fs';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { AskedDaemon, ServedHome } from '../fixtures/index.ts';

const QUICK = { AGENT_BRAIN_TEST: '1', AGENT_BRAIN_UNLOAD_MS: '300', AGENT_BRAIN_TICK_MS: '100' };

function openFiles(pid: number): string[] {
  return fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [fs.readlinkSync(`/proc/${pid}/fd/${fd}`, 'utf8')];
    } catch {
      return []; // closed since it was listed
    }
  });
}

test('projects that were unloaded leave no thread and no open file of their index in the daemon, however often they are loaded', async (context) => {
  requirePlatform(context, 'linux');
  const home = new ServedHome();
  const daemon = new AskedDaemon(await home.start([], QUICK));
  const { pid } = daemon.server;
  const threads = (): number => fs.readdirSync(`/proc/${pid}/task`).length;
  const indexFiles = (): string[] => openFiles(pid).filter((file) => file.includes('/data/'));
  const ids: string[] = [];
  for (const name of ['one', 'two', 'three']) ids.push(await daemon.add(home.project(name, { 'a.md': `# ${name} lantern\n` })));
  await waitUntil('nothing is loaded yet', async () => (await daemon.served()).loaded.length === 0);
  const before = threads();
  for (const id of ids) await daemon.index(id);
  for (let round = 0; round < 4; round += 1) {
    for (const id of ids) expect(await daemon.find(id, 'lantern')).toEqual(['a.md']);
    expect(threads()).toBeGreaterThan(before);
    expect(indexFiles()).not.toEqual([]);
    await waitUntil('all are unloaded', async () => (await daemon.served()).loaded.length === 0);
    await waitUntil('their threads have ended', () => threads() <= before);
    expect(indexFiles()).toEqual([]);
  }
});
