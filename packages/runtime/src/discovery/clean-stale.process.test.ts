import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { pointerTo } from '@agent-brain/test-harness/instance-records';
import { expect, onTestFinished, test } from 'vitest';
import { StagedInstance } from './fixtures/staged-instance.ts';
import { cleanStale, discoverInstance, removeResidue } from './index.ts';

const deadPid = 2 ** 22 + 1;
const namesIn = (directory: string): string[] => fs.readdirSync(directory).toSorted();

async function leaveResidue(instance: StagedInstance): Promise<void> {
  await instance.publish(1, { pid: deadPid });
  fs.writeFileSync(instance.paths.pidFile, String(deadPid));
  fs.writeFileSync(instance.paths.holderFile, '{}');
  fs.writeFileSync(path.join(instance.stateDir, `.runtime.json.${deadPid}.0123456789ab.tmp`), '');
  fs.writeFileSync(path.join(instance.stateDir, 'config.json'), '{}');
}

test('everything that an instance which was killed has left is removed, except the lock file and what is not its own', async () => {
  const instance = new StagedInstance();
  const fixture = path.resolve(import.meta.dirname, '../locks/fixtures/hold-lock.ts');
  const holder = spawn(process.execPath, [fixture, instance.paths.lockFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  await leaveResidue(instance);
  expect(await cleanStale(instance.paths)).toEqual([]);
  expect(namesIn(instance.stateDir)).toHaveLength(6);

  const exited = once(holder, 'exit');
  holder.kill('SIGKILL');
  await exited;
  expect((await cleanStale(instance.paths)).toSorted()).toEqual([
    `.runtime.json.${deadPid}.0123456789ab.tmp`,
    'agent-brain.holder.json',
    'agent-brain.pid',
    'runtime.json',
  ]);
  expect(namesIn(instance.stateDir)).toEqual(['agent-brain.lock', 'config.json']);
  expect(await cleanStale(instance.paths)).toEqual([]);
});

test('a starting instance removes the same and keeps its own holder record', async () => {
  const instance = new StagedInstance();
  await leaveResidue(instance);
  await instance.lock();
  await removeResidue(instance.paths);
  expect(namesIn(instance.stateDir)).toEqual(['agent-brain.holder.json', 'agent-brain.lock', 'config.json']);
});

test('a discovery pointer belongs to the other mode and stays', async () => {
  const instance = new StagedInstance();
  const pointer = pointerTo('/h', { instanceId: instance.instanceId });
  fs.writeFileSync(instance.paths.runtimeFile, JSON.stringify(pointer));
  expect(await discoverInstance(instance.paths)).toEqual({ state: 'stopped', staleRecord: false });
  expect(await cleanStale(instance.paths)).toEqual([]);
  expect(fs.existsSync(instance.paths.runtimeFile)).toBe(true);
});

test('a state dir that does not exist is not made', async () => {
  const instance = new StagedInstance();
  fs.rmdirSync(instance.stateDir);
  expect(await cleanStale(instance.paths)).toEqual([]);
  expect(fs.existsSync(instance.stateDir)).toBe(false);
});
