import { describe, expect, test } from 'vitest';
import { faultsOf, noFaults, tickMsOf } from './faults.ts';
import { startSteps } from './start-steps.ts';
import { runStart, runStop, type Step } from './steps.ts';
import { stopSteps } from './stop-steps.ts';

const names = ['one', 'two', 'three', 'four'];

function list(failing?: string, { undoFails = '' } = {}): { steps: Step<string[]>[]; trace: string[] } {
  const trace: string[] = [];
  const steps = names.map(
    (name): Step<string[]> => ({
      name,
      run: (context) => {
        if (name === failing) throw new Error(`${name} failed`);
        context.push(`do ${name}`);
      },
      undo: (context) => {
        if (name === undoFails) throw new Error(`undo of ${name} failed`);
        context.push(`undo ${name}`);
      },
    }),
  );
  return { steps, trace };
}
const start = (steps: Step<string[]>[], trace: string[], signal = new AbortController().signal) =>
  runStart(steps, trace, { faults: noFaults, signal, onDone: () => {}, onUndoError: (step) => trace.push(`could not undo ${step}`) });

describe('a start', () => {
  test('runs its steps in order', async () => {
    const { steps, trace } = list();
    await start(steps, trace);
    expect(trace).toEqual(names.map((name) => `do ${name}`));
  });

  test.each(names.map((name, index) => [name, index] as const))(
    'that fails at step %s takes back all before it, last first',
    async (failing, index) => {
      const { steps, trace } = list(failing);
      await expect(start(steps, trace)).rejects.toThrow(`${failing} failed`);
      const before = names.slice(0, index);
      expect(trace).toEqual([...before.map((name) => `do ${name}`), ...before.toReversed().map((name) => `undo ${name}`)]);
    },
  );

  test('takes back the rest when one step cannot be taken back', async () => {
    const { steps, trace } = list('four', { undoFails: 'two' });
    await expect(start(steps, trace)).rejects.toThrow('four failed');
    expect(trace.slice(3)).toEqual(['undo three', 'could not undo two', 'undo one']);
  });

  test('ends before its next step when it is told to', async () => {
    const { steps, trace } = list();
    const controller = new AbortController();
    steps[1]!.run = () => controller.abort(new Error('enough'));
    await expect(start(steps, trace, controller.signal)).rejects.toThrow('enough');
    expect(trace).toEqual(['do one', 'undo two', 'undo one']);
  });
});

test('a stop runs every step, also after one has failed', async () => {
  const { steps, trace } = list('two');
  const failed: string[] = [];
  await expect(runStop(steps, trace, { faults: noFaults, onError: (step) => failed.push(step) })).resolves.toBe(false);
  expect([trace, failed]).toEqual([['do one', 'do three', 'do four'], ['two']]);
});

describe('faults', () => {
  test('kill before the named step only', () => {
    const killed: string[] = [];
    const faults = faultsOf({ AGENT_BRAIN_TEST: '1', AGENT_BRAIN_FAULT: 'kill-before:two' }, () => killed.push('killed'));
    faults.before('one');
    expect(killed).toEqual([]);
    faults.before('two');
    expect(killed).toEqual(['killed']);
  });

  test.each([
    { AGENT_BRAIN_FAULT: 'kill-before:two' },
    { AGENT_BRAIN_TEST: '0', AGENT_BRAIN_FAULT: 'kill-before:two' },
    { AGENT_BRAIN_TEST: '1', AGENT_BRAIN_FAULT: 'two' },
  ])('%j is no fault', (env) => {
    expect(faultsOf(env)).toBe(noFaults);
  });

  test('only a test shortens the tick', () => {
    expect(tickMsOf({ AGENT_BRAIN_TICK_MS: '5' })).toBe(30_000);
    expect(tickMsOf({ AGENT_BRAIN_TEST: '1', AGENT_BRAIN_TICK_MS: '5' })).toBe(5);
    expect(tickMsOf({ AGENT_BRAIN_TEST: '1', AGENT_BRAIN_TICK_MS: 'soon' })).toBe(30_000);
  });
});

test('the lists are those of the contract; the tests that kill between two steps know them by these names', () => {
  const chain = (steps: readonly { name: string }[]) => steps.map((step) => step.name).join(' → ');
  expect(chain(startSteps)).toBe('lock → clean-residue → config → open-store → recover-queue → listen → publish-record → ready');
  expect(chain(stopSteps)).toBe('stop-accepting → put-back-jobs → close-store → remove-record → unlock');
});
