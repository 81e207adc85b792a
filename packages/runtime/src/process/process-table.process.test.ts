import fs from 'node:fs';
import path from 'node:path';
import { requirePlatform, requireProgram } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { beforeEach, describe, expect, test } from 'vitest';
import { processTableOf } from './index.ts';
import { parseStat, procTable } from './proc-table.ts';
import { processTableContract } from './process-table.contract.ts';
import { psTable } from './ps-table.ts';

describe('the process table of /proc', () => {
  beforeEach((context) => requirePlatform(context, 'linux'));
  processTableContract(procTable);

  test('gives the arguments one by one', async () => {
    expect(await procTable().identify(process.pid)).toMatchObject({ argv: expect.arrayContaining([expect.stringContaining('node')]) });
  });

  test('takes a name with brackets and spaces for a name', () => {
    const fields = Array.from({ length: 49 }, (_, index) => index + 4);
    expect(parseStat(`7 (a) Z (b) S ${fields.join(' ')}`)).toEqual({ hasEnded: false, isSuspended: false, startTicks: '22' });
  });

  test('takes a process that has given back its memory for ended', () => {
    const fields = Array.from({ length: 49 }, (_, index) => (index === 19 ? 0 : index + 4));
    expect(parseStat(`7 (node) R ${fields.join(' ')}`)).toEqual({ hasEnded: true, isSuspended: false, startTicks: '22' });
  });

  test('says unknown of a living process that /proc does not show', async () => {
    const procDir = temporaryDirectory('proc');
    fs.mkdirSync(path.join(procDir, 'sys/kernel/random'), { recursive: true });
    fs.writeFileSync(path.join(procDir, 'sys/kernel/random/boot_id'), 'boot\n');
    expect(await procTable(procDir).identify(process.pid)).toBe('unknown');
  });
});

describe('the process table of ps', () => {
  beforeEach((context) => {
    requirePlatform(context, 'linux', 'darwin');
    requireProgram(context, 'ps');
  });
  processTableContract(psTable);
});

describe('the process table of ps, by the output of macOS', () => {
  test('reads user, state, start and command', async () => {
    const run = async () => '  501 Ss   Fri Nov 21 07:40:01 2026     /usr/local/bin/node server.js --state-dir /Users/a b/x\n';
    expect(await psTable(run).identify(99)).toEqual({
      pid: 99,
      uid: 501,
      startedAt: 'ps:Fri Nov 21 07:40:01 2026',
      argv: ['/usr/local/bin/node server.js --state-dir /Users/a b/x'],
    });
  });

  test('lists processes with their age, and passes over what is no process', async () => {
    const run = async () =>
      [
        '   99 03-04:05:06   501 Ss   Fri Nov 21 07:40:01 2026     /bin/node /x/agent-brain.js serve',
        '  100    05:06   501 S    Fri Nov 21 07:40:01 2026     a',
        '  101 00:00   501 Z    Fri Nov 21 07:40:01 2026     <defunct>',
        'nonsense',
        '',
      ].join('\n');
    expect((await psTable(run).list(501)).map(({ pid, ageMs, argv }) => [pid, ageMs, argv[0]])).toEqual([
      [99, ((3 * 24 + 4) * 3600 + 5 * 60 + 6) * 1000, '/bin/node /x/agent-brain.js serve'],
      [100, 306_000, 'a'],
    ]);
    expect(await psTable(async () => undefined).list(501)).toEqual([]);
  });

  test('says unknown when ps cannot be run or prints something else', async () => {
    expect(await psTable(async () => undefined).identify(99)).toBe('unknown');
    expect(await psTable(async () => 'ps: illegal option').identify(99)).toBe('unknown');
  });
});

test('on a platform without a table nothing is known', async () => {
  expect(await processTableOf('win32').identify(process.pid)).toBe('unknown');
});
