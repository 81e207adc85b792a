import { withinMs } from '@agent-brain/test-harness/timing';
import { expect, test } from 'vitest';
import { isAlive, served } from './fixtures/served-project.ts';
import { stopDaemon, stopInstance, type StopOptions } from './index.ts';

/** What a stop says while it waits, and how it ends. */
async function stopped(stop: (options: StopOptions) => Promise<object>, options: StopOptions) {
  const said: string[] = [];
  const since = performance.now();
  const outcome = await stop({ ...options, onWait: (message) => void said.push(message) }).catch((error: unknown) => error);
  return { said, outcome, tookMs: performance.now() - since };
}

test.each(['project', 'shared'] as const)(
  'who is stopped while it is frozen (mode %s) is waited for as long as was asked',
  async (mode) => {
    const { root, location, pid } = await served(mode);
    const stop = (options: StopOptions): Promise<object> =>
      mode === 'project' ? stopInstance(location, options) : stopDaemon(location.daemon, options);
    const name = mode === 'project' ? `The instance of ${root}` : `The user daemon of ${location.daemon.home}`;
    process.kill(pid, 'SIGSTOP');
    const refused = await stopped(stop, { timeoutMs: 4_000 });
    expect(refused).toMatchObject({
      said: [`${name} has not ended yet; waiting for at most 4 s …`],
      outcome: { code: 'INSTANCE_UNRESPONSIVE', message: expect.stringContaining(`process ${pid} still runs`) },
    });
    expect(refused.tookMs).toBeLessThan(withinMs(6_000));
    expect(await isAlive(pid)).toBe(true);

    const killed = await stopped(stop, { timeoutMs: 4_000, force: true });
    expect(killed).toMatchObject({ said: [expect.stringContaining('then it is killed')], outcome: { method: 'kill', pid } });
    expect(await isAlive(pid)).toBe(false);
  },
);

test('a project of a frozen daemon is not waited for twice', async () => {
  const { location, pid } = await served('shared');
  process.kill(pid, 'SIGSTOP');
  const refused = await stopped((options) => stopInstance(location, options), { timeoutMs: 4_000 });
  expect(refused.outcome).toMatchObject({ code: 'INSTANCE_UNRESPONSIVE', message: expect.stringContaining(`pid ${pid}`) });
  expect(refused.tookMs).toBeLessThan(withinMs(6_000));
  process.kill(pid, 'SIGCONT');
  expect(await stopped((options) => stopInstance(location, options), {})).toMatchObject({ outcome: { method: 'unregister' } });
});
