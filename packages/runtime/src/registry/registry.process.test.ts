import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { readRegistry, type RegistryFiles, updateRegistry } from './index.ts';

const soak = process.env['AGENT_BRAIN_SOAK'] === '1';
const [processes, perProcess] = soak ? [20, 25] : [4, 6];

const homeIn = (root: string): RegistryFiles => ({
  home: root,
  registryFile: path.join(root, 'registry.json'),
  registryLockFile: path.join(root, 'registry.lock'),
  projectsDir: path.join(root, 'projects'),
});

test('no registration of processes that register at once is lost', async () => {
  const files = homeIn(temporaryDirectory('home'));
  const program = path.join(import.meta.dirname, 'fixtures/register-many.ts');
  const children = Array.from({ length: processes }, (_, index) =>
    spawn(process.execPath, [program, files.home, `process${index}`, String(perProcess)], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
  expect(codes).toEqual(children.map(() => 0));
  const { registry, warnings } = await readRegistry(files);
  expect(warnings).toEqual([]);
  const roots = registry.entries.map((entry) => entry.project_root).toSorted();
  const expected = Array.from({ length: processes }, (_p, child) =>
    Array.from({ length: perProcess }, (_r, index) => `/process${child}/${index}`),
  );
  expect(roots).toEqual(expected.flat().toSorted());
  expect(fs.readdirSync(files.home).toSorted()).toEqual(['registry.copy.json', 'registry.json', 'registry.lock']);
});

test('a registering process that is killed leaves a registry that is whole, and a free lock', async () => {
  const files = homeIn(temporaryDirectory('home'));
  const program = path.join(import.meta.dirname, 'fixtures/register-many.ts');
  for (let round = 0; round < (soak ? 20 : 3); round++) {
    const before = (await readRegistry(files)).registry.entries.length;
    const child = spawn(process.execPath, [program, files.home, `round${round}`, '1000'], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    await waitUntil('the process has registered some', async () => (await readRegistry(files)).registry.entries.length >= before + 3, {
      intervalMs: 1,
    });
    child.kill('SIGKILL');
    await exited;
    expect((await readRegistry(files)).warnings).toEqual([]);
    await updateRegistry(files, { purpose: 'test', timeoutMs: 1_000 }, () => undefined);
  }
});
