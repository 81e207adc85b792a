import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import os from 'node:os';
import type { StartResult } from '@agent-brain/contract/commands';
import { identifyProcess } from '@agent-brain/runtime/process';
import { Machine } from '@agent-brain/test-harness/agent-brain';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, onTestFinished, test } from 'vitest';

const clients = process.env['AGENT_BRAIN_SOAK'] === '1' ? 20 : 6;

interface DaemonFile {
  readonly instance_id: string;
  readonly pid: number;
  readonly version: string;
}
const recordFile = (machine: Machine): string => path.join(machine.home, 'runtime.json');
const readDaemon = (machine: Machine): DaemonFile => JSON.parse(fs.readFileSync(recordFile(machine), 'utf8')) as DaemonFile;

/** Every daemon process that this home has ever seen writes one such line. */
const starts = (machine: Machine): number =>
  fs
    .readFileSync(path.join(machine.home, 'logs', 'daemon.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"msg":"ready"')).length;

const isAlive = async (pid: number): Promise<boolean> => (await identifyProcess(pid)) !== null;

/** Clients that come at once, each from a project of its own. */
function manyClients(machine: Machine, roots: readonly string[]): Promise<StartResult[]> {
  return Promise.all(roots.map((root) => machine.json<StartResult>(root, ['start', '--mode', 'shared', '--timeout', '120'])));
}

const projects = (machine: Machine, count: number): string[] =>
  Array.from({ length: count }, (_, index) => machine.project(`p${index}`, { 'a.ts': `export const a${index} = ${index};\n` }));

test(`${clients} cold clients get one daemon, and after kill -9 the next ones get one again`, async () => {
  const machine = new Machine();
  const roots = projects(machine, clients);
  const cold = await manyClients(machine, roots);
  expect(new Set(cold.map(({ instance }) => instance.instance_id)).size).toBe(1);
  expect(starts(machine)).toBe(1);

  const before = readDaemon(machine);
  process.kill(before.pid, 'SIGKILL');
  const next = await manyClients(machine, roots);
  const [instance] = next.map((result) => result.instance);
  expect(instance?.instance_id).not.toBe(before.instance_id);
  expect(new Set(next.map((result) => result.instance.instance_id)).size).toBe(1);
  expect(starts(machine)).toBe(2);
  expect(await machine.json(roots[0] ?? '', ['list'])).toMatchObject({ daemon: { state: 'running', active_projects: clients } });
});

test(`${clients} warm clients on a machine whose processors are all busy start nothing`, async () => {
  const machine = new Machine();
  const roots = projects(machine, 2);
  await manyClients(machine, roots);
  const { instance_id } = readDaemon(machine);
  const burners = Array.from({ length: 2 * os.availableParallelism() }, () => new Worker('for (;;);', { eval: true }));
  onTestFinished(async () => void (await Promise.all(burners.map((burner) => burner.terminate()))));
  const warm = await manyClients(
    machine,
    Array.from({ length: clients }, (_, index) => roots[index % roots.length] ?? ''),
  );
  expect(warm.map(({ started, registered, instance }) => [started, registered, instance.instance_id])).toEqual(
    warm.map(() => [false, false, instance_id]),
  );
  expect(starts(machine)).toBe(1);
});

test('a daemon that was stopped with SIGSTOP is reported, not killed and not doubled, and goes on with SIGCONT', {
  timeout: 600_000,
}, async () => {
  const machine = new Machine();
  const [root = '', other = ''] = projects(machine, 2);
  await machine.json(root, ['start', '--mode', 'shared']);
  const daemon = readDaemon(machine);
  process.kill(daemon.pid, 'SIGSTOP');
  const problems = await Promise.all([root, other].map((cwd) => machine.problem(cwd, ['start', '--mode', 'shared', '--timeout', '2'])));
  for (const problem of problems)
    expect(problem).toMatchObject({
      code: 'INSTANCE_UNRESPONSIVE',
      exit: 6,
      detail: expect.stringContaining(`pid ${daemon.pid}`),
      hint: expect.stringMatching(/daemon\.log.*agent-brain stop --mode shared --force/),
    });
  expect(await machine.json(root, ['list'])).toMatchObject({ daemon: { state: 'unresponsive', pid: daemon.pid } });
  // Whoever stops one project, with whatever force, does not stop the daemon of all.
  expect(await machine.problem(root, ['stop', '--force', '--timeout', '2'])).toMatchObject({
    code: 'INSTANCE_UNRESPONSIVE',
    detail: expect.stringMatching(/^The user daemon /),
    hint: expect.stringContaining('agent-brain stop --mode shared --force'),
  });
  expect([await isAlive(daemon.pid), readDaemon(machine).instance_id, starts(machine)]).toEqual([true, daemon.instance_id, 1]);
  process.kill(daemon.pid, 'SIGCONT');
  expect(await machine.json<StartResult>(root, ['start', '--timeout', '120'])).toMatchObject({
    started: false,
    instance: { pid: daemon.pid },
  });
  process.kill(daemon.pid, 'SIGSTOP');
  expect(await machine.json(root, ['stop', '--mode', 'shared', '--force', '--timeout', '2'])).toMatchObject({
    method: 'kill',
    pid: daemon.pid,
  });
  expect(fs.readdirSync(machine.home).filter((name) => name === 'runtime.json' || name === 'daemon.holder.json')).toEqual([]);
});

test('an older idle daemon makes room, a busy one is kept with a warning, and a newer one is never stopped', {
  timeout: 600_000,
}, async () => {
  // The record is changed under the daemon's hands; it must not mend it before the clients have read it.
  const machine = new Machine({ AGENT_BRAIN_TICK_MS: '3600000' });
  const [root = ''] = projects(machine, 1);
  await machine.json(root, ['start', '--mode', 'shared']);
  const claim = (version: string): void =>
    fs.writeFileSync(recordFile(machine), JSON.stringify({ ...readDaemon(machine), version }), { mode: 0o600 });
  const first = readDaemon(machine);
  claim('99.0.0');
  expect(await machine.json<StartResult>(root, ['start'])).toMatchObject({
    started: false,
    instance: { pid: first.pid },
    warnings: [expect.stringContaining('99.0.0')],
  });

  claim('0.0.1');
  const replaced = await machine.json<StartResult>(root, ['start', '--timeout', '120']);
  expect(replaced).toMatchObject({ started: true, registered: false, replaced_version: '0.0.1' });
  await waitUntil('the older daemon is gone', async () => !(await isAlive(first.pid)));

  const second = readDaemon(machine);
  for (let index = 0; index < 300; index += 1)
    fs.writeFileSync(path.join(root, `f${index}.ts`), `export const f${index} = ${index};\n`.repeat(400));
  await machine.json(root, ['index', '--detach']);
  claim('0.0.1');
  expect(await machine.json<StartResult>(root, ['start'])).toMatchObject({
    started: false,
    instance: { pid: second.pid },
    warnings: [expect.stringMatching(/version 0\.0\.1.*it is indexing, so it was kept\. Later: agent-brain restart --mode shared/)],
  });
});
