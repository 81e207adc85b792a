import { describe, expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { OwnProject } from '../projects/index.ts';
import { type Lifecycle, newLifecycle } from './lifecycle.ts';
import { serviceOf } from './service-of.ts';
import { type SelfKeeping, startTicking } from './tick.ts';

const TICK_MS = 30_000;
const MINUTE_MS = 60_000;

/** An instance that holds its lock, in the hands of the test. */
function ticking(self: Partial<SelfKeeping> = {}) {
  const clock = new ManualClock();
  const stops: string[] = [];
  const environment = { env: {}, cwd: '/', homedir: '/', uid: -1, platform: process.platform };
  const instance: Lifecycle = newLifecycle({
    environment,
    clock,
    instanceId: 'ab_0123456789ab',
    token: 'abt_x',
    tickMs: TICK_MS,
    requestStop: (reason) => void stops.push(reason),
  });
  instance.lock = { path: '/lock', release: async () => {}, assertHeld: () => {} };
  let looks = 0;
  startTicking(instance, {
    observeServed: async () => 'there',
    observeRecord: async () => 'ours',
    publish: async () => {},
    idleStopMinutes: 180,
    isBusy: () => false,
    tidy: async () => void (looks += 1),
    ...self,
  });
  /** Time passes as a waking machine sees it; every look gets to its end. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1_000) {
      clock.advance(Math.min(left, 1_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, instance, stops, pass, looks: () => looks };
}

test('an instance looks at itself every thirty seconds', async () => {
  const { pass, looks } = ticking();
  await pass(TICK_MS - 1_000);
  expect(looks()).toBe(0);
  await pass(1_000);
  expect(looks()).toBe(1);
  await pass(3 * TICK_MS);
  expect(looks()).toBe(4);
});

describe('a machine that slept', () => {
  test('is noticed within a beat, and the look comes at once', async () => {
    const { clock, pass, looks } = ticking();
    await pass(6_000);
    clock.sleep(8 * 60 * MINUTE_MS);
    await pass(5_000);
    expect(looks()).toBe(1);
    await pass(TICK_MS);
    expect(looks()).toBe(2);
  });

  test('and was used before the sleep was noticed was not used in the future', async () => {
    const { clock, instance, pass } = ticking();
    await pass(6_000);
    clock.sleep(8 * 60 * MINUTE_MS);
    instance.lastUseMs = clock.now();
    await pass(6_000);
    expect(instance.lastUseMs).toBeLessThanOrEqual(clock.now());
  });

  test('has not left the instance without use for that time', async () => {
    const { clock, pass, stops } = ticking();
    await pass(170 * MINUTE_MS);
    clock.sleep(24 * 60 * MINUTE_MS);
    await pass(9 * MINUTE_MS);
    expect(stops).toEqual([]);
    await pass(2 * MINUTE_MS);
    expect(stops[0]).toBe('unused for 180 minutes');
  });
});

test('a clock that is set back by hours delays neither looks nor the idle stop, and leaves an uptime', async () => {
  const { clock, instance, pass, looks, stops } = ticking();
  instance.readyAtMs = clock.now();
  const { uptimeS } = serviceOf(instance, { projects: new OwnProject(), allowedHosts: [] });
  await pass(TICK_MS);
  clock.set(-2 * 60 * MINUTE_MS);
  expect(uptimeS()).toBe(0);
  await pass(6_000);
  expect(looks()).toBe(2);
  expect(uptimeS()).toBe(36);
  await pass(181 * MINUTE_MS);
  expect(stops[0]).toBe('unused for 180 minutes');
});

test('a look that fails is not the last one', async () => {
  let failures = 0;
  const { pass } = ticking({ observeRecord: () => Promise.reject(new Error(`look ${(failures += 1)}`)) });
  await pass(3 * TICK_MS);
  expect(failures).toBe(3);
});

test('nothing is looked at any more after the end', async () => {
  const { instance, pass, looks } = ticking();
  instance.stopTicking?.();
  await pass(3 * TICK_MS);
  expect(looks()).toBe(0);
});
