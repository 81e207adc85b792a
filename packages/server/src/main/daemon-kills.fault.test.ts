import fs from 'node:fs';
import path from 'node:path';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test, type TestContext } from 'vitest';
import { daemonStartSteps, daemonStopSteps } from '../daemon/index.ts';
import { AskedDaemon, pointerOf, ServedHome } from '../fixtures/index.ts';

/** The next start after any kill is ready in this time (docs/design/instances.md#one-list-of-steps). */
const RECOVERY_MS = withinMs(5_000);
/** Some thirty processes one after another, on whatever machine. */
const unhurried = { timeout: process.env['AGENT_BRAIN_SOAK'] === '1' ? 1_800_000 : 600_000 };
const rounds = process.env['AGENT_BRAIN_SOAK'] === '1' ? 20 : 1;
const times = <Item>(items: readonly Item[]): Item[] => Array.from({ length: rounds }, () => items).flat();

const killBefore = (step: string) => ({ AGENT_BRAIN_FAULT: `kill-before:${step}` });

/** A home whose daemon has indexed a project. */
async function homeWithIndex(): Promise<{ home: ServedHome; root: string; id: string }> {
  const home = new ServedHome();
  const root = home.project('project', { 'a.md': '# lantern\n' });
  const daemon = new AskedDaemon(await home.start());
  const id = await daemon.add(root);
  await daemon.index(id);
  expect(await daemon.server.stop()).toMatchObject({ code: 0 });
  return { home, root, id };
}

/**
 * Nobody does anything but start again: the project is served, and what was indexed answers.
 *
 * @returns milliseconds from the start of the process to its proof
 */
async function expectRecovery({ home, root, id }: { home: ServedHome; root: string; id: string }): Promise<number> {
  const since = performance.now();
  const daemon = new AskedDaemon(await home.start());
  const tookMs = performance.now() - since;
  expect(tookMs).toBeLessThan(RECOVERY_MS);
  expect(home.entries()).toEqual([`${daemon.server.record().instance_id}.json`]);
  const { instance_id } = daemon.server.record();
  await waitUntil('the project points to the new daemon', () => pointerOf(root)?.instance_id === instance_id);
  expect(await daemon.find(id, 'lantern')).toEqual(['a.md']);
  expect(await daemon.server.stop()).toMatchObject({ code: 0 });
  expect(home.artifacts()).toEqual([]);
  const inProject = fs.readdirSync(path.join(root, '.claude', 'agent-brain'));
  expect(inProject.filter((name) => /runtime|pid|holder|tmp/.test(name))).toEqual([]);
  return tookMs;
}

function tell(context: TestContext, tookMs: readonly number[]): void {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  noteFigure(context, `Daemon ready after ${sorted.length} kills: median ${at(0.5)} ms, p95 ${at(0.95)} ms (promised: 5 s)`);
}

test('the lists are those of the contract', () => {
  const chain = (steps: readonly { name: string }[]) => steps.map(({ name }) => name).join(' → ');
  expect(chain(daemonStartSteps)).toBe(
    'lock → clean-residue → config → sweep-orphans → restore-projects → listen → publish-record → ready',
  );
  expect(chain(daemonStopSteps)).toBe('stop-accepting → close-projects → remove-record → unlock');
});

describe('after kill -9 the next daemon serves what the dead one served', () => {
  test('before each step of the start', unhurried, async (context) => {
    const served = await homeWithIndex();
    const tookMs: number[] = [];
    for (const { name } of times(daemonStartSteps)) {
      const killed = await served.home.spawn([], killBefore(name)).ended();
      expect([name, killed.signal]).toEqual([name, 'SIGKILL']);
      tookMs.push(await expectRecovery(served));
    }
    tell(context, tookMs);
  });

  test('before each step of the stop', unhurried, async (context) => {
    const served = await homeWithIndex();
    const tookMs: number[] = [];
    for (const name of times([...daemonStopSteps.map((step) => step.name), 'exit'])) {
      const daemon = new AskedDaemon(await served.home.start([], killBefore(name)));
      expect(await daemon.find(served.id, 'lantern')).toEqual(['a.md']);
      expect([name, (await daemon.server.stop()).signal]).toEqual([name, 'SIGKILL']);
      tookMs.push(await expectRecovery(served));
    }
    tell(context, tookMs);
  });
});
