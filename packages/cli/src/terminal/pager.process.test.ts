import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { Output, printPaged } from './index.ts';

const screen = (sink: { isTTY?: boolean; rows?: number; columns?: number } = {}) => {
  const shown = { text: '' };
  const output = new Output(
    { write: (part: string) => (shown.text += part), isTTY: true, rows: 5, columns: 20, ...sink },
    { color: false },
  );
  return { shown, output };
};
const long = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');

async function paged(text: string, env: Record<string, string>, options: { refused?: boolean; isTTY?: boolean } = {}) {
  const file = path.join(temporaryDirectory('pager'), 'paged');
  const { shown, output } = screen(options.isTTY === false ? { isTTY: false } : {});
  const PAGER = env['PAGER'] ?? `cat > '${file}'`;
  await printPaged(output, text, { env: { PATH: process.env['PATH'], ...env, PAGER }, refused: options.refused === true });
  return { direct: shown.text, pager: fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '' };
}

test('what is longer than the screen goes through the pager, with all of its text', async () => {
  expect(await paged(long, {})).toEqual({ direct: '', pager: `${long}\n` });
});

test('lines that wrap count as often as they are wide', async () => {
  const wide = 'x'.repeat(100);
  expect((await paged(wide, {})).pager).toBe(`${wide}\n`);
  expect((await paged('short', {})).direct).toBe('short\n');
});

test('a pipe, --no-pager, an empty pager and cat are no pager', async () => {
  for (const outcome of [
    await paged(long, {}, { isTTY: false }),
    await paged(long, {}, { refused: true }),
    await paged(long, { PAGER: '' }),
    await paged(long, { PAGER: 'cat' }),
    await paged(long, { AGENT_BRAIN_PAGER: '' }),
  ]) {
    expect(outcome).toEqual({ direct: `${long}\n`, pager: '' });
  }
});

test('a pager that is not there is no reason to show nothing', async () => {
  expect((await paged(long, { PAGER: 'no-such-pager-anywhere 2>/dev/null' })).direct).toBe(`${long}\n`);
});

test('a person who leaves the pager early is no error', async () => {
  const endless = Array.from({ length: 100_000 }, (_, index) => `line ${index}`).join('\n');
  expect(await paged(endless, { PAGER: 'head -n 1 > /dev/null' })).toEqual({ direct: '', pager: '' });
});
