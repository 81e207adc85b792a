import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Machine } from '@agent-brain/test-harness/agent-brain';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { expect, test } from 'vitest';

test('compiled code is kept in folders that only the user can enter', async (context) => {
  requirePlatform(context, 'linux', 'darwin');
  const machine = new Machine({ AGENT_BRAIN_COMPILE_CACHE: '', AGENT_BRAIN_RUN_SOURCES: '1' });
  const root = machine.project('p');
  await machine.json(root, ['init']);
  await machine.json(root, ['list']);
  const cache = path.join(machine.home, 'cache');
  const folders = readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  // `compile`, and in it the one of this version of Node.js.
  expect(folders.length).toBeGreaterThanOrEqual(2);
  expect([cache, ...folders].map((folder) => (statSync(folder).mode & 0o777).toString(8))).toEqual(folders.concat(cache).map(() => '700'));
});
