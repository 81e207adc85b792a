import fs from 'node:fs';
import path from 'node:path';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { AskedDaemon, pointerOf, ServedHome } from '../fixtures/index.ts';

/** A daemon that has served two projects, and a third one until it was told not to; all are indexed. */
async function served() {
  const home = new ServedHome();
  const roots = ['eins', 'zwei', 'drei'].map((name) => home.project(name, { 'a.md': `# lantern of ${name}\n` }));
  const daemon = new AskedDaemon(await home.start());
  const ids: string[] = [];
  for (const root of roots) ids.push(await daemon.add(root));
  for (const id of ids) await daemon.index(id);
  await daemon.remove(ids[2] as string);
  return { home, roots, ids, daemon };
}

const registryOf = (home: ServedHome): { entries: { project_id: string; mode: string; state_id: string }[] } =>
  JSON.parse(fs.readFileSync(home.file('registry.json'), 'utf8'));

test.each([
  ['damaged', (file: string) => fs.truncateSync(file, 200)],
  ['gone', (file: string) => fs.rmSync(file)],
])('a daemon whose registry is %s serves what its own records prove, and loses no index', async (what, harm) => {
  const { home, roots, ids, daemon } = await served();
  await daemon.server.kill();
  const before = registryOf(home);
  harm(home.file('registry.json'));

  const next = new AskedDaemon(await home.start());
  expect((await next.served()).all).toEqual(ids.slice(0, 2).toSorted());
  for (const id of ids.slice(0, 2)) expect(await next.find(id, 'lantern')).toEqual(['a.md']);
  await waitUntil('clients find it', () => pointerOf(roots[1] as string)?.['instance_id'] === next.server.record().instance_id);

  const rows = ({ entries }: typeof before) =>
    entries.map(({ project_id, mode, state_id }) => `${project_id} ${mode} ${state_id}`).toSorted();
  expect(rows(registryOf(home))).toEqual(rows(before));
  const aside = fs.readdirSync(home.home).filter((name) => name.startsWith('registry.corrupt-'));
  expect(aside.map((name) => fs.statSync(home.file(name)).size)).toEqual(what === 'damaged' ? [200] : []);
  expect(home.log()).toContain(what === 'damaged' ? `it was set aside as ${home.file(aside[0] as string)}` : 'was gone and is begun anew');

  // The one that was stopped has its index when it is wanted again.
  expect(await next.add(roots[2] as string)).toBe(ids[2]);
  expect(await next.find(ids[2] as string, 'lantern')).toEqual(['a.md']);
  for (const root of roots) {
    const names = fs.readdirSync(path.join(root, '.claude', 'agent-brain'));
    expect(names.filter((name) => name.startsWith('untrusted'))).toEqual([]);
  }
});

test('a record of the daemon proves nothing about a project whose state dir was made anew or removed', async () => {
  const { home, roots, ids, daemon } = await served();
  await daemon.server.stop();
  const [anew, bare] = roots.map((root) => path.join(root, '.claude', 'agent-brain'));
  const stateFile = path.join(anew as string, 'state.json');
  fs.writeFileSync(stateFile, JSON.stringify({ ...JSON.parse(fs.readFileSync(stateFile, 'utf8')), state_id: `s_${'0'.repeat(32)}` }));
  fs.rmSync(bare as string, { recursive: true });
  fs.writeFileSync(home.file('registry.json'), 'no registry');

  const next = new AskedDaemon(await home.start());
  expect((await next.served()).all).toEqual([]);
  expect(fs.readdirSync(home.file('projects')).toSorted()).toEqual(ids.toSorted());
  expect([fs.existsSync(bare as string), pointerOf(roots[0] as string)]).toEqual([false, undefined]);
});
