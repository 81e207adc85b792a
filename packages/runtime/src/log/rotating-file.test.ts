import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { type LogFileSystem, openRotatingFile, type RotatingFile } from './rotating-file.ts';

function opened(file: string, limits: { maxBytes: number; files: number }, system?: LogFileSystem): RotatingFile {
  const log = openRotatingFile(file, limits, system);
  onTestFinished(() => log.close());
  return log;
}

const logFile = (): string => path.join(temporaryDirectory('rotate'), 'server.log');
const read = (file: string): string => fs.readFileSync(file, 'utf8');

test('a new file is begun before the limit is passed, and only so many are kept', () => {
  const file = logFile();
  const log = opened(file, { maxBytes: 10, files: 3 });
  for (const line of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n', 'six\n', 'seven\n']) log.write(line);
  expect(fs.readdirSync(path.dirname(file)).toSorted()).toEqual(['server.log', 'server.log.1', 'server.log.2']);
  expect([`${file}.2`, `${file}.1`, file].map(read)).toEqual(['three\n', 'four\nfive\n', 'six\nseven\n']);
  for (const name of fs.readdirSync(path.dirname(file))) expect(fs.statSync(path.join(path.dirname(file), name)).mode & 0o777).toBe(0o600);
});

test('what an earlier process wrote counts', () => {
  const file = logFile();
  fs.writeFileSync(file, '12345678\n', { mode: 0o600 });
  opened(file, { maxBytes: 10, files: 2 }).write('new\n');
  expect([read(`${file}.1`), read(file)]).toEqual(['12345678\n', 'new\n']);
});

/** The real file system on a disk that takes `room` bytes until it is set to more. */
function smallDisk(): { system: LogFileSystem; room: number } {
  const disk = {
    room: 0,
    system: {
      ...fs,
      writeSync(fd: number, bytes: Uint8Array, offset: number): number {
        const fits = Math.min(disk.room, bytes.length - offset);
        if (fits === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        disk.room -= fits;
        return fs.writeSync(fd, bytes, offset, fits);
      },
    } as unknown as LogFileSystem,
  };
  return disk;
}

test('a full disk loses lines, says how many, and tears no later line', () => {
  const file = logFile();
  const disk = smallDisk();
  const log = opened(file, { maxBytes: 10_000, files: 2 }, disk.system);
  disk.room = 6;
  for (const line of ['one\n', 'two\n', 'three\n']) log.write(line);
  disk.room = 1000;
  log.write('four\n');
  const lines = read(file).split('\n');
  expect(lines).toEqual(['one', 'tw', expect.stringContaining('2 log lines were lost'), 'four', '']);
});

test.each(['renameSync', 'openSync', 'closeSync'] as const)('a rotation whose %s fails does not throw, and the log goes on', (name) => {
  const file = logFile();
  let isBroken = false;
  const system = {
    ...fs,
    [name]: (...args: never[]) => {
      if (isBroken) throw Object.assign(new Error('EROFS'), { code: 'EROFS' });
      return (fs[name] as (...all: never[]) => unknown)(...args);
    },
  } as unknown as LogFileSystem;
  const log = opened(file, { maxBytes: 10, files: 2 }, system);
  log.write('1234567\n');
  isBroken = true;
  log.write('during\n');
  isBroken = false;
  log.write('after\n');
  expect(
    fs
      .readdirSync(path.dirname(file))
      .map((found) => read(path.join(path.dirname(file), found)))
      .join(''),
  ).toContain('after\n');
});

test('writing after closing opens nothing', () => {
  const file = logFile();
  const log = opened(file, { maxBytes: 10, files: 2 });
  log.close();
  log.write('late\n');
  expect(read(file)).toBe('');
});
