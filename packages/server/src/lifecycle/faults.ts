/** Kills this process at chosen points, for the tests that show that any of them can be survived. */
export interface Faults {
  before(step: string): void;
}

export const noFaults: Faults = { before: () => {} };

/**
 * `AGENT_BRAIN_FAULT=kill-before:<step>` sends SIGKILL to this process before that step. Honoured only
 * beside `AGENT_BRAIN_TEST=1`, so that no stray variable can harm a real instance.
 */
export function faultsOf(env: Readonly<Record<string, string | undefined>>, kill: () => void = killSelf): Faults {
  const fault = env['AGENT_BRAIN_TEST'] === '1' ? env['AGENT_BRAIN_FAULT'] : undefined;
  const step = /^kill-before:([a-z-]+)$/.exec(fault ?? '')?.[1];
  if (step === undefined) return noFaults;
  return { before: (name) => void (name === step && kill()) };
}

function killSelf(): void {
  process.kill(process.pid, 'SIGKILL');
  // The signal may reach another thread first; this one must not get any further.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Time between two looks of an instance at itself; tests make it shorter. */
export const tickMsOf = (env: Readonly<Record<string, string | undefined>>): number => testMs(env, 'AGENT_BRAIN_TICK_MS') ?? TICK_MS;

/** Time without use after which the daemon unloads a project; tests and measurements make it shorter. */
export const unloadMsOf = (env: Readonly<Record<string, string | undefined>>): number => testMs(env, 'AGENT_BRAIN_UNLOAD_MS') ?? UNLOAD_MS;

function testMs(env: Readonly<Record<string, string | undefined>>, name: string): number | undefined {
  const given = env['AGENT_BRAIN_TEST'] === '1' ? Number(env[name]) : Number.NaN;
  return Number.isInteger(given) && given > 0 ? given : undefined;
}

/** Contract: instances, "User daemon" (the tick is the same in project mode). */
const TICK_MS = 30_000;
/** Contract: instances, "User daemon". */
const UNLOAD_MS = 15 * 60_000;
