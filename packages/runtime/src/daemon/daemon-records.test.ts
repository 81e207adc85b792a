import fs from 'node:fs';
import path from 'node:path';
import type { DaemonRecord } from '@agent-brain/contract/instances';
import { daemonRecordOf, nobody } from '@agent-brain/test-harness/instance-records';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import {
  daemonEntryFile,
  daemonPaths,
  keepDaemonEntry,
  publishDaemon,
  readDaemonEntries,
  readDaemonRecord,
  withdrawDaemon,
  withdrawDaemonNow,
} from './index.ts';

const OTHER = 'ab_ffffffffffff';

function setUp() {
  const paths = daemonPaths(temporaryDirectory('daemon'));
  const record: DaemonRecord = daemonRecordOf(paths.home, nobody);
  const write = (name: string, content: string): void => fs.writeFileSync(path.join(paths.entriesDir, name), content);
  return { paths, record, write };
}

const left = (home: string) =>
  fs
    .readdirSync(home, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.json'))
    .toSorted();

test('record and entry of a daemon are for their owner alone, and are read back', async () => {
  const { paths, record } = setUp();
  await publishDaemon(paths, record);
  expect(await readDaemonRecord(paths)).toEqual({ state: 'ok', value: record });
  const file = daemonEntryFile(paths, record.instance_id);
  expect(await readDaemonEntries(paths)).toEqual([{ instanceId: record.instance_id, file, record: { state: 'ok', value: record } }]);
  for (const private_ of [file, paths.runtimeFile]) expect(fs.statSync(private_).mode & 0o777).toBe(0o600);
  expect(fs.statSync(paths.entriesDir).mode & 0o777).toBe(0o700);
});

test('a home without daemons has no entries and no record', async () => {
  const { paths } = setUp();
  expect(await readDaemonEntries(paths)).toEqual([]);
  expect(await readDaemonRecord(paths)).toEqual({ state: 'missing' });
});

test('entries that lie about themselves, half files and directories are corrupt; other names are no entries', async () => {
  const { paths, record, write } = setUp();
  await publishDaemon(paths, record);
  write(`${OTHER}.json`, JSON.stringify(record));
  write('ab_000000000001.json', '{"schema_version":1,');
  write('ab_000000000002.json', JSON.stringify({ ...record, instance_id: 'ab_000000000002', home: '/elsewhere' }));
  write('ab_000000000003.json', JSON.stringify({ schema_version: 9 }));
  fs.mkdirSync(path.join(paths.entriesDir, 'ab_000000000004.json'));
  for (const name of ['notes.json', 'ab_0.json', '.ab_000000000005.json.1.tmp']) write(name, JSON.stringify(record));
  expect(
    (await readDaemonEntries(paths)).map((entry) => [entry.instanceId, entry.record.state, (entry.record as { reason?: string }).reason]),
  ).toEqual([
    ['ab_000000000001', 'corrupt', 'it is not valid JSON'],
    ['ab_000000000002', 'corrupt', 'it names the home /elsewhere'],
    ['ab_000000000003', 'unsupported_version', undefined],
    ['ab_000000000004', 'corrupt', 'it is a directory'],
    ['ab_0123456789ab', 'ok', undefined],
    [OTHER, 'corrupt', 'it names the instance ab_0123456789ab'],
  ]);
});

describe.each([
  ['withdrawDaemon', withdrawDaemon],
  ['withdrawDaemonNow', async (...given: Parameters<typeof withdrawDaemon>) => withdrawDaemonNow(...given)],
])('%s', (_name, withdraw) => {
  test('removes record and entry of its own daemon alone', async () => {
    const { paths, record } = setUp();
    const other = { ...record, instance_id: OTHER };
    await publishDaemon(paths, other);
    await publishDaemon(paths, record);
    await withdraw(paths, other);
    expect(left(paths.home)).toEqual(['daemons/ab_0123456789ab.json', 'runtime.json']);
    await withdraw(paths, record);
    await withdraw(paths, record);
    expect(left(paths.home)).toEqual([]);
  });

  test('removes its entry also when the record is gone, or is half a file, which stays for the next start', async () => {
    const { paths, record } = setUp();
    await publishDaemon(paths, record);
    fs.rmSync(paths.runtimeFile);
    await withdraw(paths, record);
    expect(left(paths.home)).toEqual([]);
    await publishDaemon(paths, record);
    fs.truncateSync(paths.runtimeFile, 30);
    await withdraw(paths, record);
    expect(left(paths.home)).toEqual(['runtime.json']);
  });
});

test('an entry is written again only where it is missing or was changed', async () => {
  const { paths, record } = setUp();
  await publishDaemon(paths, record);
  expect(await keepDaemonEntry(paths, record)).toBe(false);
  fs.writeFileSync(daemonEntryFile(paths, record.instance_id), JSON.stringify({ ...record, pid: 1 }));
  expect(await keepDaemonEntry(paths, record)).toBe(true);
  fs.rmSync(paths.entriesDir, { recursive: true });
  expect(await keepDaemonEntry(paths, record)).toBe(true);
  expect((await readDaemonEntries(paths)).map((entry) => entry.record)).toEqual([{ state: 'ok', value: record }]);
});

test('a home that is gone is not made again by what is published in it', async () => {
  const { paths, record } = setUp();
  fs.rmSync(paths.home, { recursive: true });
  await expect(publishDaemon(paths, record)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  expect(fs.existsSync(paths.home)).toBe(false);
});
