import { withdraw } from './artifacts.ts';
import type { Instance } from './instance.ts';
import { made } from './lifecycle.ts';
import { drain, stopAccepting } from './listening.ts';
import type { Step } from './steps.ts';

/** The one list of a stop (docs/design/instances.md#one-list-of-steps). `exit` is the process's own. */
export const stopSteps: readonly Step<Instance>[] = [
  { name: 'stop-accepting', run: stopTaking },
  { name: 'put-back-jobs', run: putBackJobs },
  { name: 'close-store', run: closeStore },
  { name: 'remove-record', run: removeRecord },
  { name: 'unlock', run: (instance) => made(instance, 'lock').release() },
];

function stopTaking(instance: Instance): void {
  for (const { watch } of instance.project.loaded()) void watch.close();
  stopAccepting(instance);
}

async function putBackJobs(instance: Instance): Promise<void> {
  await drain(instance, (drainMs) => Promise.all(instance.project.loaded().map((project) => project.queue.close(drainMs))));
}

async function closeStore(instance: Instance): Promise<void> {
  for (const { engine } of instance.project.loaded()) await engine.close();
  instance.project.set(undefined);
}

async function removeRecord(instance: Instance): Promise<void> {
  await instance.startNoted;
  await withdraw(made(instance, 'paths'), made(instance, 'record'));
}
