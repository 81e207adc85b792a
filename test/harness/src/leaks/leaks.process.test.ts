import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { requirePlatform } from '../requirements/index.ts';

const fixtures = path.join(import.meta.dirname, 'fixtures');

function runFixture(name: string): { status: number | null; output: string } {
  const vitest = path.resolve(import.meta.dirname, '../../../../node_modules/vitest/vitest.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--root', fixtures, name], {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, AGENT_BRAIN_TEST_GRACE_MS: '1000' },
  });
  return { status, output: stdout + stderr };
}

test('a test file that leaves a process, a folder and a socket behind fails, and each is named', (context) => {
  requirePlatform(context, 'linux');
  const { status, output } = runFixture('leaking');
  expect(output).toMatch(/process \d+ still runs: .*setInterval/);
  expect(output).toMatch(/temporary entry was not removed: ab-left-/);
  expect(output).toMatch(/handle still open: 1 × TCPServerWrap/);
  expect(status).toBe(1);
});

test('a test file that cleans up passes', () => {
  const { status, output } = runFixture('clean');
  expect({ status, output }).toMatchObject({ status: 0 });
});
