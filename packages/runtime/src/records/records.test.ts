import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseRecord, readRecord, removeRecord, writeRecord } from './index.ts';

const schema = z.object({ schema_version: z.literal(1), name: z.string(), nested: z.object({ 'a/b': z.number() }).optional() });
const value = { schema_version: 1 as const, name: 'grüße' };
const recordFile = (): string => path.join(temporaryDirectory('record'), 'state.json');

function recordWith(content: string | Uint8Array): string {
  const file = recordFile();
  fs.writeFileSync(file, content);
  return file;
}

test('a written record is read back, private and removable', async () => {
  const file = recordFile();
  await writeRecord(file, schema, value);
  expect(await readRecord(file, schema)).toEqual({ state: 'ok', value });
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(await removeRecord(file)).toBe(true);
  expect(await readRecord(file, schema)).toEqual({ state: 'missing' });
});

test('a value that a reader would call corrupt is not written', async () => {
  const file = recordFile();
  await expect(writeRecord(file, schema, { schema_version: 1, name: 7 } as never)).rejects.toThrow(z.core.$ZodError);
  expect(fs.existsSync(file)).toBe(false);
});

describe('a record is corrupt when its file', () => {
  test.each([
    ['is empty', '', 'it is empty'],
    ['is half a file', '{"schema_version":1,"na', 'it is not valid JSON'],
    ['is binary', Buffer.from([0, 1, 2, 0xff, 0xfe]), 'it is not UTF-8 text'],
    ['is made of NUL, as after a power cut', Buffer.alloc(64), 'it is not valid JSON'],
    ['is nested without end', '['.repeat(500_000), 'it is not valid JSON'],
    ['is no object', '[1]', '(document): Invalid input: expected object, received array'],
    [
      'has a wrong value',
      '{"schema_version":1,"name":"x","nested":{"a/b":"y"}}',
      '/nested/a~1b: Invalid input: expected number, received string',
    ],
    ['has a version that is no number', '{"schema_version":"2","name":"x"}', '/schema_version: Invalid input: expected 1'],
    ['is huge', Buffer.alloc(1024 * 1024 + 1, 0x20), 'it has 1048577 bytes, more than 1048576'],
  ])('%s', async (_, content, reason) => {
    expect(await readRecord(recordWith(content), schema)).toEqual({ state: 'corrupt', reason });
  });

  test('is a directory', async () => {
    expect(await readRecord(temporaryDirectory('record'), schema)).toEqual({ state: 'corrupt', reason: 'it is a directory' });
  });

  test('is a symbolic link', async () => {
    const link = recordFile();
    fs.symlinkSync(recordWith(JSON.stringify(value)), link);
    expect(await readRecord(link, schema)).toEqual({ state: 'corrupt', reason: 'it is a symbolic link' });
  });

  test('is a FIFO that nobody writes to', async (context) => {
    requirePlatform(context, 'linux', 'darwin');
    const fifo = recordFile();
    execFileSync('mkfifo', [fifo]);
    expect(await readRecord(fifo, schema)).toEqual({ state: 'corrupt', reason: 'it is not a regular file' });
  });

  test('was cut off anywhere', () => {
    const text = JSON.stringify(value);
    for (let length = 0; length < text.length; length++) expect(parseRecord(text.slice(0, length), schema).state).toBe('corrupt');
  });
});

test('the reason of a corrupt record does not quote its content', async () => {
  const state = await readRecord(recordWith('{"token": "abt_secret" oops'), schema);
  expect(JSON.stringify(state)).not.toContain('secret');
});

test('a record of a later version is told apart from a corrupt one, whatever it looks like', () => {
  expect(parseRecord('{"schema_version":2,"shape":"unheard of"}', schema)).toEqual({ state: 'unsupported_version', version: 2 });
  expect(parseRecord('{"schema_version":2}', schema, 2).state).toBe('corrupt');
});
