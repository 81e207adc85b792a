import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test, vi } from 'vitest';
import { acquireLock, clearResidue, type FileLock, holderFileOf, probeLock, readHolder, tryAcquireLock, withLock } from './index.ts';

const lockFile = (): string => path.join(temporaryDirectory('lock'), 'state.lock');
const purpose = 'a test';

describe('acquire and release', () => {
  test('the lock is held until it is released, and its file stays, empty and private', async () => {
    const file = lockFile();
    const lock = await acquireLock(file, { purpose });
    expect(probeLock(file)).toBe('held');
    await lock.release();
    await lock.release();
    expect(probeLock(file)).toBe('free');
    expect(fs.statSync(file)).toMatchObject({ size: 0 });
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  test('the record names the holder while the lock is held', async () => {
    const file = lockFile();
    const lock = await acquireLock(file, { purpose });
    expect(await readHolder(file)).toMatchObject({ state: 'ok', value: { pid: process.pid, purpose } });
    await lock.release();
    expect(await readHolder(file)).toEqual({ state: 'missing' });
  });

  test('the record of agent-brain.lock is agent-brain.holder.json', () => {
    expect(holderFileOf('/p/agent-brain.lock')).toBe('/p/agent-brain.holder.json');
  });

  test('a lock taken without a record leaves that of its neighbour alone', async () => {
    const file = lockFile();
    fs.writeFileSync(holderFileOf(file), 'residue');
    await (await acquireLock(file, { purpose, record: false })).release();
    expect(fs.readFileSync(holderFileOf(file), 'utf8')).toBe('residue');
  });

  test('the lock is freed when the work under it fails', async () => {
    const file = lockFile();
    await expect(withLock(file, { purpose }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(probeLock(file)).toBe('free');
  });

  test('reading the lock file and closing another descriptor of it do not free it', async () => {
    const file = lockFile();
    const lock = await acquireLock(file, { purpose });
    fs.readFileSync(file);
    fs.closeSync(fs.openSync(file, 'r+'));
    expect(probeLock(file)).toBe('held');
    await lock.release();
  });
});

describe('a wait', () => {
  test('that is too long names pid, purpose and age of the holder', async () => {
    const file = lockFile();
    const lock = await acquireLock(file, { purpose: 'serve /p' });
    const waiting = acquireLock(file, { purpose, timeoutMs: 50 });
    await expect(waiting).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      message: expect.stringMatching(
        new RegExp(`for the lock ${file} — process ${process.pid} has held it for \\d+(\\.\\d)? s \\(serve /p\\)$`),
      ),
      data: { file, pid: process.pid, purpose: 'serve /p', age_s: expect.any(Number) },
    });
    await lock.release();
  });

  test('that is too long does not blame a holder of the past', async () => {
    const file = lockFile();
    const lock = await acquireLock(file, { purpose, record: false });
    const past = {
      schema_version: 1,
      pid: 2 ** 22 + 1,
      process_started_at: 'x',
      host: 'h',
      version: '0',
      acquired_at: new Date().toISOString(),
      purpose: 'old',
    };
    fs.writeFileSync(holderFileOf(file), JSON.stringify(past));
    const error: Error & { data?: object } = await acquireLock(file, { purpose, timeoutMs: 0 }).then(
      () => new Error('acquired'),
      (thrown: Error) => thrown,
    );
    expect(error.message).toContain('the last one was process 4194305 (old), which has ended');
    expect(error.data).not.toHaveProperty('pid');
    await lock.release();
  });

  test('ends with the reason of its signal, and the next in line still gets the lock', async () => {
    const file = lockFile();
    const first = await acquireLock(file, { purpose });
    const controller = new AbortController();
    const abandoned = acquireLock(file, { purpose, signal: controller.signal });
    const next = acquireLock(file, { purpose });
    controller.abort(new Error('not needed any more'));
    await expect(abandoned).rejects.toThrow('not needed any more');
    await first.release();
    await (await next).release();
    await expect(acquireLock(file, { purpose, signal: controller.signal })).rejects.toThrow('not needed any more');
  });

  test('of several callers of one process is served in the order of their asking', async () => {
    const file = lockFile();
    const order: number[] = [];
    await Promise.all([0, 1, 2, 3, 4].map((index) => withLock(file, { purpose, record: false }, async () => void order.push(index))));
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  test('is not needed by a try', async () => {
    const file = lockFile();
    const lock = await tryAcquireLock(file, { purpose });
    expect(lock).toBeDefined();
    expect(await tryAcquireLock(file, { purpose })).toBeUndefined();
    await lock?.release();
  });
});

describe('a hold that is longer than its limit', () => {
  test('is reported and not taken away', async () => {
    const file = lockFile();
    const onLongHold = vi.fn();
    const lock = await acquireLock(file, { purpose, maxHoldMs: 5, onLongHold });
    await expect.poll(() => onLongHold.mock.calls.length, { timeout: 300_000 }).toBe(1);
    expect(onLongHold).toHaveBeenCalledWith({ file: lock.path, purpose, heldMs: expect.any(Number) });
    expect(() => lock.assertHeld()).not.toThrow();
    await lock.release();
  });
});

describe('a lock file that is removed', () => {
  test('while it is held is noticed by its holder, who then leaves the new record alone', async () => {
    const file = lockFile();
    const lost = await acquireLock(file, { purpose });
    lost.assertHeld();
    fs.unlinkSync(file);
    expect(() => lost.assertHeld()).toThrow(expect.objectContaining({ code: 'LOCK_LOST' }));
    fs.writeFileSync(file, '');
    expect(() => lost.assertHeld()).toThrow(expect.objectContaining({ code: 'LOCK_LOST' }));
    fs.writeFileSync(holderFileOf(file), 'of the new holder');
    await lost.release();
    expect(fs.readFileSync(holderFileOf(file), 'utf8')).toBe('of the new holder');
  });

  test('is not held after its release either', async () => {
    const lock = await acquireLock(lockFile(), { purpose });
    await lock.release();
    expect(() => lock.assertHeld()).toThrow(expect.objectContaining({ code: 'LOCK_LOST' }));
  });
});

describe('a probe', () => {
  test('makes no file', () => {
    const file = lockFile();
    expect(probeLock(file)).toBe('free');
    expect(probeLock(path.join(file, 'below', 'nothing'))).toBe('free');
    expect(fs.existsSync(file)).toBe(false);
  });

  test('never makes a single attempt fail', async () => {
    const file = lockFile();
    fs.writeFileSync(file, '');
    for (let round = 0; round < 50; round++) {
      const attempt = tryAcquireLock(file, { purpose, record: false });
      probeLock(file);
      const lock = await attempt;
      expect(lock).toBeDefined();
      await lock?.release();
    }
  });
});

describe('what stands in place of a lock file', () => {
  test.each([
    ['a symbolic link', (file: string) => fs.symlinkSync('/etc/passwd', file), 'STATE_DIR_UNSAFE'],
    ['a directory', (file: string) => fs.mkdirSync(file), 'FILE_UNWRITABLE'],
  ])('%s is refused', async (_, put, code) => {
    const file = lockFile();
    put(file);
    await expect(acquireLock(file, { purpose })).rejects.toMatchObject({ code, message: expect.stringContaining(file) });
    expect(() => probeLock(file)).toThrow(expect.objectContaining({ code: 'STATE_DIR_UNSAFE' }));
  });

  test('a missing directory is an error that names the lock', async () => {
    const file = path.join(lockFile(), 'none', 'x.lock');
    await expect(acquireLock(file, { purpose })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', message: expect.stringContaining(file) });
  });

  test('after a failure the next caller gets its turn', async () => {
    const file = lockFile();
    fs.mkdirSync(file);
    await expect(acquireLock(file, { purpose })).rejects.toThrow();
    fs.rmdirSync(file);
    await (await acquireLock(file, { purpose, timeoutMs: 1000 })).release();
  });
});

describe('residue of a dead holder', () => {
  const residueOf = (file: string, ageS: number): void => {
    fs.writeFileSync(holderFileOf(file), '{}');
    const time = Date.now() / 1000 - ageS;
    fs.utimesSync(holderFileOf(file), time, time);
  };

  test('is cleared when it is old enough', async () => {
    const file = lockFile();
    residueOf(file, 61);
    expect(await clearResidue(file, { minAgeS: 120 })).toBe(false);
    expect(await clearResidue(file)).toBe(true);
    expect(await clearResidue(file, { minAgeS: 0 })).toBe(false);
    expect(fs.readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });

  test('is no residue while the lock is held', async () => {
    const file = lockFile();
    const lock: FileLock = await acquireLock(file, { purpose, record: false });
    residueOf(file, 1000);
    expect(await clearResidue(file, { minAgeS: 0 })).toBe(false);
    expect(probeLock(file)).toBe('held');
    await lock.release();
  });
});
