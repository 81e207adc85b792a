import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { AgentBrainError } from '@agent-brain/contract/errors';
import { systemError, withFaults } from '@agent-brain/test-harness/faults';
import { requireNamespaces, requirePlatform, requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { cleanTemporaries, nodeFileSystem, writeAtomically } from './index.ts';

const fixture = (name: string): string => path.join(import.meta.dirname, 'fixtures', name);

/** Calls of one successful write, in order; the faults below are produced in front of each of them. */
const calls = ['open', 'writeFile', 'sync', 'close', 'rename', 'open', 'sync', 'close'];
const renameCall = calls.indexOf('rename') + 1;

function fileWithOldContent(): string {
  const file = path.join(temporaryDirectory('atomic'), 'state.json');
  fs.writeFileSync(file, 'old');
  return file;
}

test('a write makes the calls that the fault tests go through', async () => {
  const seen: string[] = [];
  await writeAtomically(fileWithOldContent(), 'new', { fs: withFaults(nodeFileSystem, (_, name) => seen.push(name)) });
  expect(seen).toEqual(calls);
});

describe.each(calls.map((name, index) => ({ name, call: index + 1 })))('when call $call ($name) fails', ({ call }) => {
  const failing = (code: string) =>
    withFaults(nodeFileSystem, (number) => {
      if (number === call) throw systemError(code);
    });

  test.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EROFS', 'STATE_DIR_NOT_WRITABLE'],
    ['EIO', 'FILE_UNWRITABLE'],
  ])('with %s, the file is whole, no temporary file is left and the error is %s', async (system, code) => {
    const file = fileWithOldContent();
    const error = await writeAtomically(file, 'new', { fs: failing(system) }).then(
      () => undefined,
      (thrown: AgentBrainError) => thrown,
    );
    expect(error).toMatchObject({ code, data: { file, system_code: system } });
    expect(error?.message).toContain(file);
    expect(fs.readFileSync(file, 'utf8')).toBe(call <= renameCall ? 'old' : 'new');
    expect(fs.readdirSync(path.dirname(file))).toEqual(['state.json']);
  });

  test('by the death of the process, the file is whole and the next start removes what was left', async () => {
    const file = fileWithOldContent();
    const { signal } = spawnSync(process.execPath, [fixture('write-and-die.ts'), file, 'new', String(call)]);
    expect(signal).toBe('SIGKILL');
    expect(fs.readFileSync(file, 'utf8')).toBe(call <= renameCall ? 'old' : 'new');
    await cleanTemporaries(path.dirname(file));
    expect(fs.readdirSync(path.dirname(file))).toEqual(['state.json']);
  });
});

test('a platform that cannot fsync a directory is no error', async () => {
  const file = fileWithOldContent();
  const fsWithoutDirectorySync = withFaults(nodeFileSystem, (call) => {
    if (call === renameCall + 2) throw systemError('EINVAL');
  });
  await writeAtomically(file, 'new', { fs: fsWithoutDirectorySync });
  expect(fs.readFileSync(file, 'utf8')).toBe('new');
});

test('a full disk is reported as DISK_FULL and the old content stands', (context) => {
  requirePlatform(context, 'linux');
  requireRoot(context);
  requireNamespaces(context);
  const directory = temporaryDirectory('full-disk');
  const script = 'mount -t tmpfs -o size=64k,mode=700 tmpfs "$1" && exec "$2" "$3" "$1"';
  const output = execFileSync(
    'unshare',
    ['--mount', 'sh', '-c', script, 'sh', directory, process.execPath, fixture('write-on-full-disk.ts')],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(output)).toEqual({ code: 'DISK_FULL', content: 'old', names: ['ballast', 'state.json'] });
});

test('a directory that is gone is FILE_UNWRITABLE and names the file', async () => {
  const file = path.join(temporaryDirectory('gone'), 'no', 'state.json');
  await expect(writeAtomically(file, 'new')).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: `Cannot write ${file} — the directory does not exist (ENOENT)`,
  });
});
