import fs from 'node:fs';
import path from 'node:path';
import type { ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import { nobody, projectRecordOf } from '@agent-brain/test-harness/instance-records';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { publish, withdraw, withdrawNow } from './artifacts.ts';

const record: ProjectRuntimeRecord = projectRecordOf(nobody);

function setUp() {
  const directory = temporaryDirectory('artifacts');
  const at = (name: string) => path.join(directory, name);
  return {
    directory,
    paths: {
      stateDir: directory,
      instancesDir: path.join(temporaryDirectory('home'), 'instances'),
      runtimeFile: at('runtime.json'),
      pidFile: at('agent-brain.pid'),
      holderFile: at('agent-brain.holder.json'),
    },
  };
}
const names = (directory: string) => fs.readdirSync(directory).sort();

describe('record and pid', () => {
  test('are published for their owner alone', async () => {
    const { directory, paths } = setUp();
    await publish(paths, record, -1);
    expect(names(directory)).toEqual(['agent-brain.pid', 'runtime.json']);
    for (const name of names(directory)) expect(fs.statSync(path.join(directory, name)).mode & 0o777).toBe(0o600);
    expect(fs.readFileSync(paths.pidFile, 'utf8')).toBe('4242\n');
    const entry = path.join(paths.instancesDir, `${record.instance_id}.json`);
    expect([fs.statSync(entry).mode & 0o777, fs.statSync(paths.instancesDir).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(JSON.parse(fs.readFileSync(entry, 'utf8'))).toMatchObject({ ...record, state_dir: directory });
  });

  test('are published where directories stand in their place, which are set aside', async () => {
    const { directory, paths } = setUp();
    for (const file of [paths.runtimeFile, paths.pidFile]) fs.mkdirSync(path.join(file, 'deep'), { recursive: true });
    await publish(paths, record, -1);
    expect(names(directory).filter((name) => !name.startsWith('untrusted-'))).toEqual(['agent-brain.pid', 'runtime.json']);
    const aside = names(directory).filter((name) => name.startsWith('untrusted-'));
    expect(aside.flatMap((name) => names(path.join(directory, name)))).toEqual(['agent-brain.pid', 'runtime.json']);
    await withdraw(paths, record);
    expect(names(directory)).toEqual(aside);
  });

  test.each([
    ['withdraw', withdraw],
    [
      'withdrawNow',
      async (...given: Parameters<typeof withdraw>) => withdrawNow({ ...given[0], holderFile: `${given[0].pidFile}.holder` }, given[1]),
    ],
  ] as const)('%s removes our own and leaves those of another instance', async (_name, remove) => {
    const { directory, paths } = setUp();
    await publish(paths, record, -1);
    await remove(paths, { ...record, instance_id: 'ab_ffffffffffff', pid: 1 });
    expect([names(directory), names(paths.instancesDir)]).toEqual([['agent-brain.pid', 'runtime.json'], [`${record.instance_id}.json`]]);
    await remove(paths, record);
    expect([names(directory), names(paths.instancesDir)]).toEqual([[], []]);
    await remove(paths, record);
  });

  test('a damaged record is not ours to remove, and ends no withdrawal', async () => {
    const { directory, paths } = setUp();
    await publish(paths, record, -1);
    fs.writeFileSync(paths.runtimeFile, '{"instance_id":');
    withdrawNow(paths, record);
    expect(names(directory)).toEqual(['agent-brain.pid', 'runtime.json']);
    await withdraw(paths, record);
    expect(names(directory)).toEqual(['runtime.json']);
  });
});
