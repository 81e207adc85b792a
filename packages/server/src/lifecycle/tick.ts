import { isDeepStrictEqual } from 'node:util';
import { projectRuntimeRecordSchema } from '@agent-brain/contract/instances';
import { readRecord } from '@agent-brain/runtime/records';
import { publish } from './artifacts.ts';
import { type Instance, made } from './instance.ts';
import { decideSelf, isIdleTooLong, type SelfObservation } from './self-check.ts';

/** Looks at itself again and again, until `instance.stopTicking`. A look never overlaps the next. */
export function startTicking(instance: Instance): void {
  let cancel = (): void => {};
  let stopped = false;
  const schedule = (): void => {
    cancel = instance.clock.after(instance.tickMs, () => {
      void tick(instance)
        .catch((error: unknown) => instance.log.error({ err: error }, 'the look at itself failed; the next one follows'))
        .then(() => void (stopped || schedule()));
    });
  };
  instance.stopTicking = () => {
    stopped = true;
    cancel();
  };
  schedule();
}

/** One look (contract: instances, "User daemon", tick). */
async function tick(instance: Instance): Promise<void> {
  const decision = decideSelf(await observe(instance));
  if (decision.action === 'retire') {
    instance.log.warn({ reason: decision.reason }, 'this instance retires');
    return instance.requestStop(decision.reason);
  }
  if (decision.action === 'republish' && !instance.isStopping) {
    await publish(made(instance, 'paths'), made(instance, 'record'));
    instance.log.warn({ reason: decision.reason }, 'the record was published again');
  }
  const { idle_stop_minutes: idleStopMinutes } = made(instance, 'config');
  const isBusy = instance.projects.all().some((project) => project.queue.busy);
  if (isIdleTooLong({ nowMs: instance.clock.now(), lastUseMs: instance.lastUseMs, idleStopMinutes, isBusy })) {
    instance.requestStop(`unused for ${idleStopMinutes} minutes`);
  }
}

async function observe(instance: Instance): Promise<SelfObservation> {
  try {
    made(instance, 'lock').assertHeld();
  } catch {
    return { lock: 'lost', record: 'missing' };
  }
  const own = made(instance, 'record');
  const found = await readRecord(made(instance, 'paths').runtimeFile, projectRuntimeRecordSchema);
  if (found.state === 'missing') return { lock: 'ours', record: 'missing' };
  if (found.state !== 'ok') return { lock: 'ours', record: 'damaged' };
  if (found.value.instance_id !== own.instance_id) return { lock: 'ours', record: 'other' };
  return { lock: 'ours', record: isDeepStrictEqual(found.value, own) ? 'ours' : 'damaged' };
}
