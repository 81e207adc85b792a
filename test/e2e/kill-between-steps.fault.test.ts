import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { daemonStartSteps, daemonStopSteps } from '@agent-brain/server/daemon';
import { startSteps, stopSteps } from '@agent-brain/server/lifecycle';
import { Machine, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { describe, expect, test } from 'vitest';

/** The next start after any kill is ready in this time (docs/design/instances.md#one-list-of-steps). */
const recoverySeconds = '5';

const lantern = { 'src/lantern.ts': 'export const light_the_lantern = 1;\n' };
const killBefore = (step: string): Record<string, string> => ({ AGENT_BRAIN_FAULT: `kill-before:${step}` });
const namesOf = (steps: readonly { name: string }[]): string[] => steps.map(({ name }) => name);

interface Mode {
  readonly mode: 'project' | 'shared';
  /** What `start` and `stop` are given. */
  readonly named: readonly string[];
  readonly startSteps: readonly string[];
  readonly stopSteps: readonly string[];
  /** The directory that holds the record of the process. */
  place(machine: Machine, root: string): string;
}

const modes: readonly Mode[] = [
  {
    mode: 'project',
    named: [],
    startSteps: namesOf(startSteps),
    stopSteps: [...namesOf(stopSteps), 'exit'],
    place: (_machine, root) => stateDirOf(root),
  },
  {
    mode: 'shared',
    named: ['--mode', 'shared'],
    // The tests of the daemon kill it before every step; here are those after which a client finds something new.
    startSteps: namesOf(daemonStartSteps).filter((name) => ['clean-residue', 'publish-record', 'ready'].includes(name)),
    stopSteps: namesOf(daemonStopSteps).filter((name) => ['close-projects', 'unlock'].includes(name)),
    place: ({ home }) => home,
  },
];

/** What a stop must not leave, and what a killed write would. */
function leftIn(...directories: string[]): string[] {
  const names = directories.filter((directory) => existsSync(directory)).flatMap((directory) => readdirSync(directory));
  return names.filter((name) => /runtime|pid|holder|tmp|^ab_/.test(name));
}

describe.each(modes)('in $mode mode', ({ named, startSteps: ofStart, stopSteps: ofStop, place }) => {
  const pidIn = (directory: string): number =>
    (JSON.parse(readFileSync(path.join(directory, 'runtime.json'), 'utf8')) as { pid: number }).pid;

  /** The user does nothing but start again; what was indexed answers; the stop after it is a clean one. */
  async function expectRecovery(machine: Machine, root: string): Promise<void> {
    const at = place(machine, root);
    expect(await machine.json(root, ['start', ...named, '--timeout', recoverySeconds])).toMatchObject({ started: true });
    expect(await machine.json(root, ['status'])).toMatchObject({ running: true, instance: { pid: pidIn(at) } });
    expect(await machine.json(root, ['stop', ...named])).toMatchObject({ was_running: true, method: 'request' });
    expect(leftIn(at, path.join(at, 'daemons'), stateDirOf(root))).toEqual([]);
  }

  test.each(ofStart)('a server killed before the start step %s is reported, and the next start is ready', async (step) => {
    const machine = new Machine();
    const root = machine.project('killed start');
    const problem = await machine.problem(root, ['start', ...named], killBefore(step)).catch((error: Error) => error);
    // Once the record is there, the starter may have found the instance before it died.
    if (!(problem instanceof Error)) expect(problem).toMatchObject({ code: 'INSTANCE_START_FAILED', exit: 6 });
    else expect([problem.message, step]).toEqual([expect.stringContaining('succeeded'), 'ready']);
    await expectRecovery(machine, root);
  });

  test.each(ofStop)(
    'a server killed before the stop step %s counts as stopped, leaves nothing, and the next start has its index',
    async (step) => {
      const machine = new Machine();
      const root = machine.project('killed stop', lantern);
      const at = place(machine, root);
      await machine.json(root, ['start', ...named], killBefore(step));
      await machine.json(root, ['index']);
      expect(await machine.json(root, ['stop', ...named])).toMatchObject({ was_running: true });
      expect(leftIn(at)).toEqual([]);
      await machine.json(root, ['start', ...named, '--timeout', recoverySeconds]);
      expect(await machine.json(root, ['query', 'light_the_lantern'])).toMatchObject({ results: [{ path: 'src/lantern.ts' }] });
      expect(await machine.json(root, ['stop', ...named])).toMatchObject({ method: 'request' });
      expect(leftIn(at, path.join(at, 'daemons'), stateDirOf(root))).toEqual([]);
    },
  );
});

test('the switch that kills is dead without the mark of a test', async () => {
  const machine = new Machine({ AGENT_BRAIN_TEST: '' });
  const root = machine.project('real');
  expect(await machine.json(root, ['start'], killBefore('lock'))).toMatchObject({ started: true });
  expect(existsSync(`${stateDirOf(root)}/runtime.json`)).toBe(true);
});
