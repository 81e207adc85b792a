import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { requireNamespaces, requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { directory } from './fixtures/repositories.ts';

const program = path.join(import.meta.dirname, 'fixtures/prepare.ts');
const soak = process.env['AGENT_BRAIN_SOAK'] === '1';

interface Outcome {
  stateId?: string;
  trusted?: boolean;
  setAside?: string[];
  code?: string;
  message?: string;
}

test('processes that prepare one new project at once agree on its id', async () => {
  const root = temporaryDirectory('state');
  const project = directory(root, 'project');
  const options = { cwd: project, env: { ...process.env, HOME: directory(root, 'home') }, encoding: 'utf8' as const };
  const runs = await Promise.all(Array.from({ length: soak ? 20 : 5 }, () => promisify(execFile)(process.execPath, [program], options)));
  const outcomes = runs.map(({ stdout }) => JSON.parse(stdout) as Outcome);
  expect(new Set(outcomes.map((outcome) => outcome.stateId)).size).toBe(1);
  expect(outcomes.every((outcome) => outcome.trusted === true && outcome.setAside?.length === 0)).toBe(true);
});

/** Runs the program in a project on a file system of its own: `mounting` is shell text with `$P` for the project. */
function prepareOn(root: string, mounting: string): { outcome: Outcome; left: string[] } {
  const project = directory(root, 'project');
  const script = `P=$1; ${mounting} && cd $P && "$2" "$3" && find . -mindepth 1 ! -name fill`;
  const env = { ...process.env, HOME: directory(root, 'home') };
  const output = execFileSync('unshare', ['--mount', 'sh', '-c', script, 'sh', project, process.execPath, program], {
    env,
    encoding: 'utf8',
  });
  const [outcome = '', ...left] = output.trim().split('\n');
  return { outcome: JSON.parse(outcome) as Outcome, left };
}

test('a read-only file system is a clear error that asks for writable state', (context) => {
  requirePlatform(context, 'linux');
  requireNamespaces(context);
  const { outcome, left } = prepareOn(temporaryDirectory('state'), 'mount -t tmpfs -o ro none $P');
  expect(outcome).toEqual({ code: 'STATE_DIR_NOT_WRITABLE', message: expect.stringContaining('read-only') });
  expect(left).toEqual([]);
});

const full: [string, string, string][] = [
  ['no byte', 'dd if=/dev/zero of=$P/fill bs=4096 2>/dev/null; true', '64k'],
  ['no inode', 'i=0; while touch $P/fill$i; do i=$((i+1)); done 2>/dev/null; rm $P/fill0 $P/fill1 $P/fill2; true', '64k,nr_inodes=12'],
];

test.for(full)('a file system with %s left is DISK_FULL, and nothing half-written stays', ([, filling, size], context) => {
  requirePlatform(context, 'linux');
  requireNamespaces(context);
  const root = temporaryDirectory('state');
  const { outcome, left } = prepareOn(root, `mount -t tmpfs -o size=${size} none $P && (${filling})`);
  expect(outcome).toMatchObject({ code: 'DISK_FULL' });
  expect(left.filter((name) => !name.startsWith('./fill'))).toEqual([]);
  expect(fs.readdirSync(path.join(root, 'home/.agent-brain'))).not.toContain('registry.json');
});

test('a project that is seen at a second place through a mount keeps its state', (context) => {
  requirePlatform(context, 'linux');
  requireNamespaces(context);
  const root = temporaryDirectory('state');
  const env = { ...process.env, HOME: directory(root, 'home') };
  const first = JSON.parse(execFileSync(process.execPath, [program], { cwd: directory(root, 'first'), env, encoding: 'utf8' })) as Outcome;
  const { outcome } = prepareOn(root, `mount --bind ${root}/first $P`);
  expect(outcome).toEqual({ ...first, setAside: [] });
});
