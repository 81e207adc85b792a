import fs from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { systemCode } from '@agent-brain/runtime/files';
import type { RecordState } from '@agent-brain/runtime/records';
import { type Lifecycle, made } from './lifecycle.ts';
import { decideSelf, isIdleTooLong, type SelfObservation } from './self-check.ts';

/** How one kind of instance keeps itself. */
export interface SelfKeeping {
  /** Whether the directory that it serves is still there. */
  observeServed(): Promise<SelfObservation['served']>;
  /** What stands where its record should. */
  observeRecord(): Promise<SelfObservation['record']>;
  /** Publishes the record again. */
  publish(): Promise<void>;
  readonly idleStopMinutes: number;
  isBusy(): boolean;
  /** What else is due at a look. */
  tidy?(nowMs: number): Promise<void>;
}

/** A machine that slept, or whose clock was set, is noticed within this time. */
const LONGEST_BEAT_MS = 5_000;
/** A beat that comes later than this, or earlier, was not merely delayed by a busy machine. */
const GAP_MS = 10_000;

/**
 * Looks at itself again and again, until `instance.stopTicking`; at once when the machine has slept. A look never
 * overlaps the next. Time that the machine slept does not count as time without use. `instance.lookSoon` asks for a look
 * without waiting for its time.
 */
export function startTicking(instance: Lifecycle, self: SelfKeeping): void {
  const { clock, tickMs } = instance;
  const beatMs = Math.min(tickMs, LONGEST_BEAT_MS);
  let cancel = (): void => {};
  let stopped = false;
  let lastBeatMs = clock.now();
  let untilLookMs = tickMs;
  let isLooking = false;
  let mustLookAgain = false;

  const schedule = (): void => {
    if (!stopped) cancel = clock.after(beatMs, beat);
  };
  const beat = (): void => {
    const nowMs = clock.now();
    const gapMs = nowMs - lastBeatMs - beatMs;
    lastBeatMs = nowMs;
    untilLookMs -= beatMs;
    const slept = Math.abs(gapMs) > GAP_MS;
    if (slept) passOver(instance, gapMs, nowMs);
    if (slept || untilLookMs <= 0) lookNow();
    else schedule();
  };
  const lookNow = (): void => {
    untilLookMs = tickMs;
    isLooking = true;
    mustLookAgain = false;
    void look(instance, self)
      .catch((error: unknown) => instance.log.error({ err: error }, 'the look at itself failed; the next one follows'))
      .finally(() => {
        isLooking = false;
        lastBeatMs = clock.now();
        if (mustLookAgain && !stopped) lookNow();
        else schedule();
      });
  };
  instance.lookSoon = () => {
    if (stopped) return;
    if (isLooking) return void (mustLookAgain = true);
    cancel();
    lookNow();
  };
  instance.stopTicking = () => {
    stopped = true;
    cancel();
  };
  schedule();
}

/** Time in which the machine slept is no idle time; after a clock was set back nothing may lie in the future. */
function passOver(instance: Lifecycle, gapMs: number, nowMs: number): void {
  if (gapMs > 0 || instance.lastUseMs > nowMs) instance.lastUseMs = Math.min(nowMs, instance.lastUseMs + gapMs);
  if (gapMs < 0 && instance.readyAtMs !== undefined) instance.readyAtMs += gapMs;
}

/** One look (docs/design/instances.md#daemon-tick). */
async function look(instance: Lifecycle, self: SelfKeeping): Promise<void> {
  const decision = decideSelf(await observe(instance, self));
  if (decision.action === 'retire') {
    instance.log.warn({ reason: decision.reason }, 'this instance retires');
    return instance.requestStop(decision.reason);
  }
  if (decision.action === 'republish' && !instance.isStopping) {
    await self.publish();
    instance.log.warn({ reason: decision.reason }, 'the record was published again');
  }
  const nowMs = instance.clock.now();
  const { idleStopMinutes } = self;
  if (isIdleTooLong({ nowMs, lastUseMs: instance.lastUseMs, idleStopMinutes, isBusy: self.isBusy() })) {
    return instance.requestStop(`unused for ${idleStopMinutes} minutes`);
  }
  await self.tidy?.(nowMs);
}

async function observe(instance: Lifecycle, self: SelfKeeping): Promise<SelfObservation> {
  try {
    made(instance, 'lock').assertHeld();
  } catch {
    return { lock: 'lost', record: 'missing', served: 'there' };
  }
  return { lock: 'ours', record: await self.observeRecord(), served: await self.observeServed() };
}

/** A disk that gives no answer is no directory that was removed. */
export async function presenceOf(directory: string): Promise<SelfObservation['served']> {
  try {
    return (await fs.stat(directory)).isDirectory() ? 'there' : 'gone';
  } catch (error) {
    const code = systemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'there';
  }
}

/** What a look makes of what it found in the place of its own record. */
export function judgeRecord<Published extends { readonly instance_id: string }>(
  found: RecordState<Published>,
  own: Published,
): SelfObservation['record'] {
  if (found.state === 'missing') return 'missing';
  if (found.state !== 'ok') return 'damaged';
  if (found.value.instance_id !== own.instance_id) return 'other';
  return isDeepStrictEqual(found.value, own) ? 'ours' : 'damaged';
}
