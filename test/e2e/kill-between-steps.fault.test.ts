import { existsSync, readdirSync } from 'node:fs';
import { startSteps, stopSteps } from '@agent-brain/server/lifecycle';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { withinMs } from '@agent-brain/test-harness/timing';
import { expect, test } from 'vitest';

/** The next start after any kill is ready in this time (contract: instances, SC-003). */
const recoverySeconds = String(withinMs(5_000) / 1000);

const lantern = { 'src/lantern.ts': 'export const light_the_lantern = 1;\n' };
const killBefore = (step: string): Record<string, string> => ({ AGENT_BRAIN_FAULT: `kill-before:${step}` });

/** What a stop must not leave, and what a killed write would. */
const leftIn = (root: string): string[] => readdirSync(stateDirOf(root)).filter((name) => /runtime|pid|holder|tmp/.test(name));

/** The user does nothing but start again; what was indexed answers; the stop after it is a clean one. */
async function expectRecovery(machine: Machine, root: string): Promise<void> {
  expect(await machine.json(root, ['start', '--timeout', recoverySeconds])).toMatchObject({ started: true });
  expect(await machine.json(root, ['status'])).toMatchObject({ running: true, instance: { pid: readRuntime(root).pid } });
  expect(await machine.json(root, ['stop'])).toMatchObject({ was_running: true, method: 'request' });
  expect(leftIn(root)).toEqual([]);
}

test.each(startSteps.map(({ name }) => name))(
  'a server killed before the start step %s is reported, and the next start is ready',
  async (step) => {
    const machine = new Machine();
    const root = machine.project('killed start');
    const problem = await machine.problem(root, ['start'], killBefore(step)).catch((error: Error) => error);
    // Once the record is there, the starter may have found the instance before it died.
    if (!(problem instanceof Error)) expect(problem).toMatchObject({ code: 'INSTANCE_START_FAILED', exit: 6 });
    else expect([problem.message, step]).toEqual([expect.stringContaining('succeeded'), 'ready']);
    await expectRecovery(machine, root);
  },
);

test.each([...stopSteps.map(({ name }) => name), 'exit'])(
  'a server killed before the stop step %s counts as stopped, leaves nothing, and the next start has its index',
  async (step) => {
    const machine = new Machine();
    const root = machine.project('killed stop', lantern);
    await machine.json(root, ['start'], killBefore(step));
    await machine.json(root, ['index']);
    expect(await machine.json(root, ['stop'])).toMatchObject({ was_running: true });
    expect(leftIn(root)).toEqual([]);
    await machine.json(root, ['start', '--timeout', recoverySeconds]);
    expect(await machine.json(root, ['query', 'light_the_lantern'])).toMatchObject({ results: [{ path: 'src/lantern.ts' }] });
    expect(await machine.json(root, ['stop'])).toMatchObject({ method: 'request' });
  },
);

test('the switch that kills is dead without the mark of a test', async () => {
  const machine = new Machine({ AGENT_BRAIN_TEST: '' });
  const root = machine.project('real');
  expect(await machine.json(root, ['start'], killBefore('lock'))).toMatchObject({ started: true });
  expect(existsSync(`${stateDirOf(root)}/runtime.json`)).toBe(true);
});
