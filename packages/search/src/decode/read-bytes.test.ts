import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FileCalls, fileCalls, readBytes, ReadBuffer, readHead, readSource } from './index.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'ab-read-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const write = (name: string, content: string | Buffer): string => {
  const path = join(root, name);
  fs.writeFileSync(path, content);
  return path;
};
const read = (path: string, maxBytes = 1000): ReturnType<typeof readBytes> => readBytes(path, { maxBytes, root });

describe('reading a file', () => {
  test('gives bytes, hash, size and time', () => {
    const path = write('a.txt', 'hello\n');
    fs.utimesSync(path, 1_700_000_000, 1_700_000_000);
    expect(read(path)).toMatchObject({
      bytes: Buffer.from('hello\n'),
      hash: createHash('sha256').update('hello\n').digest('hex'),
      sizeBytes: 6,
      mtimeMs: 1_700_000_000_000,
    });
    expect(readSource(path, { maxBytes: 10, root })).toMatchObject({ text: 'hello\n', encoding: 'ascii', sizeBytes: 6 });
  });

  test('takes a file of exactly the limit and skips a larger one', () => {
    expect(read(write('a', 'x'.repeat(1000)))).toMatchObject({ sizeBytes: 1000 });
    expect(read(write('b', 'x'.repeat(1001)))).toEqual({ skip: 'too_large' });
  });

  test('gives the same of one file after another where they share memory, whatever their sizes', () => {
    const readBuffer = new ReadBuffer();
    for (const size of [10, 3, 1_048_575, 1_048_576, 2_000_000, 0, 5]) {
      const path = write('a', Buffer.alloc(size, size % 251));
      const alone = readBytes(path, { maxBytes: 2_000_000, root });
      expect(alone).toMatchObject({ sizeBytes: size });
      expect(readBytes(path, { maxBytes: 2_000_000, root, readBuffer })).toEqual(alone);
    }
  });

  test('does not read a file of 2 GB', () => {
    const path = write('sparse', '');
    fs.truncateSync(path, 2 ** 31);
    const calls = { ...fileCalls, readSync: () => expect.fail('nothing may be read') };
    expect(readBytes(path, { maxBytes: 1_000_000, root, calls })).toEqual({ skip: 'too_large' });
  });

  test('stops at the limit when the file grows while it is read', () => {
    const path = write('growing', 'x'.repeat(500));
    const calls: FileCalls = {
      ...fileCalls,
      readSync(descriptor, buffer, offset, length, position) {
        fs.appendFileSync(path, 'y'.repeat(400));
        return fs.readSync(descriptor, buffer, offset, length, position);
      },
    };
    expect(readBytes(path, { maxBytes: 1000, root, calls })).toEqual({ skip: 'too_large' });
  });

  test('reads once more when the file changed meanwhile', () => {
    const path = write('changing', 'first version');
    let reads = 0;
    const calls: FileCalls = {
      ...fileCalls,
      readSync(descriptor, buffer, offset, length, position) {
        reads += 1;
        if (reads === 1) fs.writeFileSync(path, 'second one');
        return fs.readSync(descriptor, buffer, offset, length, position);
      },
    };
    expect(readBytes(path, { maxBytes: 1000, root, calls })).toMatchObject({ bytes: Buffer.from('second one') });
  });

  test('shows the time before the read, so that a file which never rests is seen as changed again', () => {
    const path = write('log', 'line\n');
    let seconds = 1_700_000_000;
    const calls: FileCalls = {
      ...fileCalls,
      fstatSync(descriptor) {
        const stat = fs.fstatSync(descriptor);
        seconds += 1;
        fs.utimesSync(path, seconds, seconds);
        return stat;
      },
    };
    const result = readBytes(path, { maxBytes: 1000, root, calls });
    expect('mtimeMs' in result && result.mtimeMs < fs.statSync(path).mtimeMs).toBe(true);
  });

  test('closes what it opened, whatever fails', () => {
    const path = write('a', 'x');
    for (const broken of ['fstatSync', 'readSync', 'realPathOf'] as const) {
      const open = new Set<number>();
      const calls: FileCalls = {
        ...fileCalls,
        openSync: (...args) => {
          const descriptor = fs.openSync(...args);
          open.add(descriptor);
          return descriptor;
        },
        closeSync: (descriptor) => {
          open.delete(descriptor);
          fs.closeSync(descriptor);
        },
        [broken]: () => {
          throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
        },
      };
      expect(readBytes(path, { maxBytes: 10, root, calls })).toEqual({ skip: 'unreadable' });
      expect(open.size).toBe(0);
    }
  });
});

describe('what is no regular file', () => {
  test('is not waited for when it is a FIFO', () => {
    const path = join(root, 'fifo');
    execFileSync('mkfifo', [path]);
    expect(read(path)).toEqual({ skip: 'special_file' });
    expect(readHead(path, 10)).toHaveLength(0);
  });

  test('is skipped when it is a device', () => {
    expect(readBytes('/dev/zero', { maxBytes: 1000, root: '/dev' })).toEqual({ skip: 'special_file' });
  });

  test('is skipped when it is a directory or missing', () => {
    expect(read(root)).toEqual({ skip: 'special_file' });
    expect(read(join(root, 'missing'))).toEqual({ skip: 'vanished' });
    expect(read(join(write('file', ''), 'below'))).toEqual({ skip: 'vanished' });
  });

  test('is skipped when it is a socket', async () => {
    const path = join(root, 's');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      expect(read(path)).toEqual({ skip: 'special_file' });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('is skipped when it has become a link', () => {
    fs.symlinkSync('/etc/passwd', join(root, 'link'));
    expect(read(join(root, 'link'))).toEqual({ skip: 'symlink' });
  });

  test('is skipped when its directory has become a link out of the project', () => {
    fs.symlinkSync('/etc', join(root, 'dir'));
    expect(read(join(root, 'dir', 'passwd'), 1_000_000)).toEqual({ skip: 'symlink_outside' });
  });

  test('is skipped when its directory was such a link only while it was opened', ({ skip }) => {
    skip(process.platform !== 'linux', `platform:${process.platform} does not tell where an open file is`);
    fs.symlinkSync('/etc', join(root, 'dir'));
    const calls: Partial<FileCalls> = {
      fstatSync(descriptor) {
        fs.rmSync(join(root, 'dir'));
        fs.mkdirSync(join(root, 'dir'));
        return fs.fstatSync(descriptor);
      },
    };
    const path = join(root, 'dir', 'passwd');
    expect(readBytes(path, { maxBytes: 1_000_000, root, calls: { ...fileCalls, ...calls } })).toEqual({ skip: 'symlink_outside' });
  });

  test('is read when its path leads through a link that stays inside', () => {
    fs.mkdirSync(join(root, 'real'));
    write('real/a.txt', 'inside');
    fs.symlinkSync(join(root, 'real'), join(root, 'alias'));
    expect(read(join(root, 'alias', 'a.txt'))).toMatchObject({ sizeBytes: 6 });
  });

  test('is skipped when it may not be read', ({ skip }) => {
    skip(process.getuid?.() === 0, 'platform:not-root uid 0 reads everything');
    const path = write('secret', 'x');
    fs.chmodSync(path, 0);
    expect(read(path)).toEqual({ skip: 'unreadable' });
  });
});
