import fs from 'node:fs';
import path from 'node:path';
import type { IndexCheck } from '@agent-brain/contract/jobs';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { TestUser } from '../fixtures/index.ts';

test('a damaged index repairs itself with all its folders when the instance starts, and is sound again', async () => {
  const user = new TestUser();
  const cwd = user.project('with space ü');
  fs.mkdirSync(path.join(cwd, 'docs'));
  fs.writeFileSync(path.join(cwd, 'docs', 'guide.md'), '# Guide\n\nHow the zeppelin lands.\n');
  fs.writeFileSync(path.join(cwd, 'kept.md'), '# Kept\n\nA balloon.\n');
  await user.run(['start'], { cwd });
  await user.run(['index', 'docs'], { cwd });
  expect(await user.json<IndexCheck>(['index', '--verify'], { cwd })).toMatchObject({ ok: true, problems: [], documents: 1 });
  expect((await user.run(['index', '--repair'], { cwd })).stdout).toMatch(/^✔ The index is sound: nothing to repair\./);

  await user.run(['stop'], { cwd });
  const store = path.join(cwd, '.claude', 'agent-brain', 'data', 'index.db');
  fs.truncateSync(store, 20_000);
  await user.run(['start'], { cwd });
  await waitUntil('the index has repaired itself', async () => {
    const check = await user.json<IndexCheck>(['index', '--verify'], { cwd }).catch(() => undefined);
    return check?.ok === true && check.documents === 1;
  });
  expect((await user.run(['index', '--verify'], { cwd })).code).toBe(0);
  expect((await user.run(['query', 'zeppelin'], { cwd })).stdout).toContain('docs/guide.md');
  expect((await user.run(['query', 'balloon'], { cwd })).stdout).toContain('No results');
  expect((await user.run(['index', '--repair', '--force'], { cwd })).stdout).toMatch(/^✔ The index was built again: 1 file of 1 folder/);
});

test.each([
  [['--verify', 'docs'], '--verify is given with the path "docs" — it is about the whole index'],
  [['--repair', '--no-code'], '--repair is given with --no-code — it is about the whole index and takes no selection'],
  [['--repair', '--exclude', 'x/**'], '--repair is given with --exclude'],
  [['--verify', '--repair'], '--verify is given with --repair'],
  [['--verify', '--force'], '--verify is given with --force'],
])('index %j is refused before anything is asked', async (args, message) => {
  const user = new TestUser();
  const refused = await user.run(['index', ...args], { cwd: user.project('refused') });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
});
