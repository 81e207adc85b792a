import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identifyProcess } from '@agent-brain/runtime/process';
import { Machine, type Outcome, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';

const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';
const starters = isSoak ? 20 : 6;
const rounds = isSoak ? 10 : 3;

interface StartData {
  started: boolean;
  instance: { instance_id: string; pid: number };
}
interface StatusData {
  running: boolean;
  state: string;
  instance: { pid: number } | null;
}
interface StopData {
  was_running: boolean;
  pid: number | null;
}

const lantern = { 'src/lantern.ts': 'export const light_the_lantern = 1;\n' };
const leftIn = (root: string): string[] => readdirSync(stateDirOf(root)).filter((name) => /runtime|pid|holder|tmp/.test(name));
const dataOf = ({ stdout }: Outcome): unknown => (JSON.parse(stdout) as { data: unknown }).data;
const problemOf = ({ stderr }: Outcome): { code: string } => JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as { code: string };

/** A process that has ended and only waits to be reaped is not alive. */
const isAlive = async (pid: number): Promise<boolean> => (await identifyProcess(pid)) !== null;

test(`${starters} starts while the old instance is being killed make one server, and all get it`, async () => {
  const machine = new Machine();
  const root = machine.project('storm');
  await machine.json(root, ['start']);
  const old = readRuntime(root);
  const storm = Array.from({ length: starters }, () => machine.json<StartData>(root, ['start', '--timeout', '120']));
  process.kill(old.pid, 'SIGKILL');
  const results = await Promise.all(storm);
  // Those who came before the kill may have been shown the old one.
  const fresh = results.filter(({ instance }) => instance.instance_id !== old.instance_id);
  expect(new Set(fresh.map(({ instance }) => instance.instance_id)).size).toBeLessThanOrEqual(1);
  expect(results.filter(({ started }) => started).length).toBeLessThanOrEqual(1);
  await machine.json(root, ['start', '--timeout', '120']);
  expect(await machine.json<StatusData>(root, ['status'])).toMatchObject({ running: true });
});

test(`start and stop at the same time end in one of the two states, ${rounds} times`, async () => {
  const machine = new Machine();
  const root = machine.project('duel');
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) await machine.json(root, ['start']);
    const [start, stop] = await Promise.all([machine.run(root, ['start', '--json']), machine.run(root, ['stop', '--json'])]);
    expect(stop).toMatchObject({ code: 0 });
    // A server that is stopped while it starts is the only reason for a start to fail.
    if (start.code !== 0) expect(problemOf(start)).toMatchObject({ code: 'INSTANCE_START_FAILED' });
    const { running, state } = await machine.json<StatusData>(root, ['status']);
    expect(['running', 'stopped']).toContain(state);
    expect(leftIn(root).length > 0).toBe(running);
  }
  await machine.json(root, ['start']);
  expect(await machine.json<StopData>(root, ['stop'])).toMatchObject({ was_running: true });
});

test('two stops at once both succeed, and leave nothing', async () => {
  const machine = new Machine();
  const root = machine.project('twice');
  for (const kill of [false, true]) {
    await machine.json(root, ['start']);
    if (kill) process.kill(readRuntime(root).pid, 'SIGKILL');
    const stops = await Promise.all([1, 2, 3].map(() => machine.run(root, ['stop', '--json'])));
    for (const stop of stops) expect(stop).toMatchObject({ code: 0 });
    expect(stops.map((stop) => (dataOf(stop) as StopData).was_running).includes(true)).toBe(!kill);
    expect(leftIn(root)).toEqual([]);
  }
});

test('a stop in the middle of indexing ends the job, and the next run indexes all of it', async () => {
  const machine = new Machine();
  const files = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, n) => [`src/f${n}.ts`, `export function word_number_${n}() {\n  return ${n};\n}\n`.repeat(40)]),
  );
  const root = machine.project('busy', files);
  const { instance } = await machine.json<StartData>(root, ['start']);
  const indexing = machine.run(root, ['index', '--json']);
  await waitUntil(
    'a job runs',
    async () => (await machine.json<{ index: { running_job_id: string | null } }>(root, ['status'])).index.running_job_id,
    {
      timeoutMs: 180_000,
    },
  );
  expect(await machine.json<StopData>(root, ['stop'])).toMatchObject({ was_running: true, pid: instance.pid });
  expect(await isAlive(instance.pid)).toBe(false);
  expect(leftIn(root)).toEqual([]);
  // Whoever followed the job is told, whether it had just ended or not.
  const outcome = await indexing;
  if (outcome.code !== 0) expect(problemOf(outcome).code).toMatch(/^[A-Z_]+$/);
  if (outcome.code !== 0) expect(problemOf(outcome).code).not.toBe('INTERNAL');
  await machine.json(root, ['start']);
  await machine.json(root, ['index']);
  expect(await machine.json(root, ['query', 'word_number_4999', '--top-k', '1'])).toMatchObject({ results: [{ path: 'src/f4999.ts' }] });
});

test('three indexings of one folder at once all end well: who comes second follows the job of the first', async () => {
  const machine = new Machine();
  const root = machine.project(
    'joined',
    Object.fromEntries(Array.from({ length: 200 }, (_, file) => [`src/f${file}.ts`, `export const joined_${file} = 1;\n`])),
  );
  await machine.json(root, ['start']);
  const jobs = await Promise.all(Array.from({ length: 3 }, () => machine.json<{ status: string }>(root, ['index'])));
  expect(jobs.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
});

describe('while an instance runs', () => {
  const often = { AGENT_BRAIN_TICK_MS: '50' };
  const gone = (pid: number): Promise<boolean> => waitUntil(`process ${pid} has ended`, async () => !(await isAlive(pid)));

  test('its project can be deleted: it ends, and makes nothing anew', async () => {
    const machine = new Machine();
    const root = machine.project('deleted');
    const { instance } = await machine.json<StartData>(root, ['start'], often);
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    await gone(instance.pid);
    expect(existsSync(root)).toBe(false);
    expect(await machine.json(machine.folder, ['list', '--all'])).toMatchObject({ instances: [{ state: 'gone' }] });
  });

  test('its state dir can be deleted: it ends, and the next start begins anew', async () => {
    const machine = new Machine();
    const root = machine.project('cleared');
    const { instance } = await machine.json<StartData>(root, ['start'], often);
    rmSync(stateDirOf(root), { recursive: true, force: true, maxRetries: 5 });
    await gone(instance.pid);
    expect(existsSync(stateDirOf(root))).toBe(false);
    expect(await machine.json(root, ['start'])).toMatchObject({ started: true });
  });

  test('its state dir can be deleted and a second one started before it notices: the first one ends', async () => {
    const machine = new Machine();
    const root = machine.project('replaced');
    const first = await machine.json<StartData>(root, ['start'], { AGENT_BRAIN_TICK_MS: '3000' });
    rmSync(path.join(stateDirOf(root), 'agent-brain.lock'));
    const second = await machine.json<StartData>(root, ['start']);
    expect(second.instance.pid).not.toBe(first.instance.pid);
    await gone(first.instance.pid);
    expect(await machine.json<StatusData>(root, ['status'])).toMatchObject({ running: true, instance: { pid: second.instance.pid } });
  });

  test('its project can be moved: a start at the new place serves the new place, from its old index', async () => {
    const machine = new Machine();
    const root = machine.project('before', lantern);
    const { instance } = await machine.json<StartData>(root, ['start']);
    await machine.json(root, ['index']);
    const moved = path.join(machine.folder, 'after');
    renameSync(root, moved);
    machine.watch(moved);
    writeFileSync(path.join(moved, 'src', 'new.ts'), 'export const made_after_the_move = 1;\n');

    expect(await machine.json(moved, ['start'])).toMatchObject({ started: true, project_root: moved });
    await gone(instance.pid);
    expect(await machine.json(moved, ['query', 'light_the_lantern'])).toMatchObject({ results: [{ path: 'src/lantern.ts' }] });
    expect(await machine.json(moved, ['index'])).toMatchObject({ status: 'completed' });
    expect(await machine.json(moved, ['query', 'made_after_the_move'])).toMatchObject({ results: [{ path: 'src/new.ts' }] });
    expect(existsSync(root)).toBe(false);
  });

  test('its project can be copied: the copy is another project, with nothing of the first', async () => {
    const machine = new Machine();
    const root = machine.project('original', lantern);
    const first = await machine.json<StartData>(root, ['start']);
    await machine.json(root, ['index']);
    const copy = path.join(machine.folder, 'copy');
    cpSync(root, copy, { recursive: true });
    machine.watch(copy);

    expect(await machine.json<StatusData>(copy, ['status'])).toMatchObject({ running: false, instance: null });
    const second = await machine.json<StartData>(copy, ['start']);
    expect(second.instance.instance_id).not.toBe(first.instance.instance_id);
    expect(await machine.json(copy, ['query', 'light_the_lantern'])).toMatchObject({ results: [] });
    await machine.json(copy, ['stop']);
    expect(await isAlive(first.instance.pid)).toBe(true);
    expect(await machine.json(root, ['query', 'light_the_lantern'])).toMatchObject({ results: [{ path: 'src/lantern.ts' }] });
  });
});

test('a stopped (SIGSTOP) instance is named, never doubled, and ended only when that is asked for', async () => {
  const machine = new Machine();
  const root = machine.project('frozen');
  const { instance } = await machine.json<StartData>(root, ['start']);
  process.kill(instance.pid, 'SIGSTOP');
  const since = performance.now();
  const problem = await machine.problem(root, ['start', '--timeout', '2']);
  expect(problem).toMatchObject({ code: 'INSTANCE_UNRESPONSIVE', exit: 6, detail: expect.stringContaining(String(instance.pid)) });
  expect(performance.now() - since).toBeLessThan(withinMs(9_000));
  expect(await machine.problem(root, ['stop', '--timeout', '1'])).toMatchObject({ code: 'INSTANCE_UNRESPONSIVE' });
  expect(await isAlive(instance.pid)).toBe(true);
  expect(await machine.json(root, ['stop', '--force', '--timeout', '1'])).toMatchObject({ pid: instance.pid, method: 'kill' });
  expect(await isAlive(instance.pid)).toBe(false);
  expect(leftIn(root)).toEqual([]);
});
