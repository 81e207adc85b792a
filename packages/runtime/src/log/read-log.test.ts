import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { followLog, readLogLines } from './index.ts';

const patience = { timeout: 300_000 };
const logFile = (): string => path.join(temporaryDirectory('log'), 'server.log');
const line = (time: string, msg: string): string => `${JSON.stringify({ time, msg })}\n`;

async function texts(file: string, since?: Date): Promise<string[]> {
  const found: string[] = [];
  for await (const { text, record } of readLogLines(file, since === undefined ? {} : { since }))
    found.push(typeof record?.['msg'] === 'string' ? record['msg'] : text);
  return found;
}

test('lines come oldest first, through the rotated files', async () => {
  const file = logFile();
  fs.writeFileSync(`${file}.2`, line('2026-01-01T00:00:00Z', 'a'));
  fs.writeFileSync(`${file}.1`, line('2026-01-02T00:00:00Z', 'b'));
  fs.writeFileSync(file, line('2026-01-03T00:00:00Z', 'c'));
  expect(await texts(file)).toEqual(['a', 'b', 'c']);
  expect(await texts(file, new Date('2026-01-02T00:00:00Z'))).toEqual(['b', 'c']);
});

test('what is no JSON belongs to the line before it, and a torn last line is left out', async () => {
  const file = logFile();
  fs.writeFileSync(
    file,
    `before\n${line('2026-01-01T00:00:00Z', 'old')}  at old\n${line('2026-01-02T00:00:00Z', 'new')}  at new\n\n{"time":"2026`,
  );
  expect(await texts(file)).toEqual(['before', 'old', '  at old', 'new', '  at new']);
  expect(await texts(file, new Date('2026-01-02T00:00:00Z'))).toEqual(['new', '  at new']);
});

test('lines longer than the buffer and characters across its border are whole', async () => {
  const file = logFile();
  const long = 'ü'.repeat(100_000);
  fs.writeFileSync(file, `x${long}\nshort\n`);
  expect(await texts(file)).toEqual([`x${long}`, 'short']);
});

test('no log has no lines', async () => {
  expect(await texts(logFile())).toEqual([]);
});

test('following goes on through rotation and starts with a log that is not there yet', async () => {
  const file = logFile();
  const controller = new AbortController();
  const seen: unknown[] = [];
  const following = (async () => {
    // With a time, so that it does not matter whether the search begins before or after the first line.
    for await (const { record } of followLog(file, { signal: controller.signal, since: new Date(0) })) seen.push(record?.['msg']);
  })();
  const three = line('2026-01-01T00:00:00Z', 'three');
  fs.writeFileSync(file, line('2026-01-01T00:00:00Z', 'one'));
  await expect.poll(() => seen, patience).toEqual(['one']);
  fs.appendFileSync(file, line('2026-01-01T00:00:00Z', 'two') + three.slice(0, 7));
  await expect.poll(() => seen, patience).toEqual(['one', 'two']);
  fs.appendFileSync(file, three.slice(7));
  fs.renameSync(file, `${file}.1`);
  fs.writeFileSync(file, line('2026-01-01T00:00:00Z', 'four'));
  await expect.poll(() => seen, patience).toEqual(['one', 'two', 'three', 'four']);
  controller.abort();
  await following;
});

test('following gives what stood there when it was ended', async () => {
  const file = logFile();
  fs.writeFileSync(file, line('2026-01-01T00:00:00Z', 'one'));
  const controller = new AbortController();
  const seen: unknown[] = [];
  for await (const { record } of followLog(file, { since: new Date(0), signal: controller.signal })) {
    seen.push(record?.['msg']);
    if (seen.length > 1) continue;
    fs.renameSync(file, `${file}.1`);
    fs.writeFileSync(file, line('2026-01-01T00:00:01Z', 'two'));
    controller.abort();
  }
  expect(seen).toEqual(['one', 'two']);
});

test('following starts at the end of a log that is there', async () => {
  const file = logFile();
  fs.writeFileSync(file, 'old\n');
  const controller = new AbortController();
  const lines = followLog(file, { signal: controller.signal });
  const first = lines.next();
  await expect
    .poll(async () => {
      fs.appendFileSync(file, 'new\n');
      return await Promise.race([first, Promise.resolve()]);
    }, patience)
    .toMatchObject({ value: { text: 'new' } });
  controller.abort();
  await lines.return(undefined);
});
