import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../clock/index.ts';
import { coalesced, guardStateDir } from './index.ts';

test('a change of what clients find a server by is told, other files are not, and the end of the directory is', async () => {
  const stateDir = path.join(temporaryDirectory('guard'), 'state');
  fs.mkdirSync(stateDir);
  let told = 0;
  const stop = guardStateDir(stateDir, { clock: systemClock, onChange: () => (told += 1), onRefused: () => {} });
  onTestFinished(stop);
  const tells = async (what: string, change: () => void): Promise<void> => {
    const before = told;
    change();
    await waitUntil(`${what} is told`, () => told > before);
  };
  fs.writeFileSync(path.join(stateDir, 'agent-brain.pid'), '1');
  await tells('a written record', () => fs.writeFileSync(path.join(stateDir, 'runtime.json'), '{}'));
  // The pid file was written first, and did not tell.
  expect(told).toBe(1);
  await tells('a removed record', () => fs.rmSync(path.join(stateDir, 'runtime.json')));
  await tells('a renamed .gitignore', () => {
    fs.writeFileSync(path.join(stateDir, 'x'), '');
    fs.renameSync(path.join(stateDir, 'x'), path.join(stateDir, '.gitignore'));
  });
  await tells('a removed directory', () => fs.rmSync(stateDir, { recursive: true }));
});

test('where nothing can be watched that is told, and nothing is thrown', () => {
  const refused: unknown[] = [];
  const stop = guardStateDir('/nowhere/at all', { clock: systemClock, onChange: () => {}, onRefused: (error) => refused.push(error) });
  stop();
  expect(refused).toHaveLength(1);
});

test('work that is asked for while it runs is done once more, however often, and goes on after an error', async () => {
  let begun = 0;
  const errors: unknown[] = [];
  const waits: (() => void)[] = [];
  const ask = coalesced(
    async () => {
      begun += 1;
      await new Promise<void>((resolve) => waits.push(resolve));
      if (begun === 1) throw new Error('once');
    },
    (error) => errors.push(error),
  );
  ask();
  ask();
  ask();
  expect(begun).toBe(1);
  waits.shift()?.();
  await waitUntil('it runs once more', () => begun === 2);
  waits.shift()?.();
  ask();
  await waitUntil('it runs again', () => begun === 3);
  waits.shift()?.();
  expect(errors).toHaveLength(1);
});
