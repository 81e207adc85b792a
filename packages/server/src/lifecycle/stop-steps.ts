import { withdraw } from './artifacts.ts';
import { type Instance, made } from './instance.ts';
import type { Step } from './steps.ts';

/** Longest time that running requests and jobs get (contract: instances, "Commands", stop). */
const DRAIN_MS = 10_000;

/** The one list of a stop (contract: instances, "One list of steps"). `exit` is the process's own. */
export const stopSteps: readonly Step<Instance>[] = [
  { name: 'stop-accepting', run: stopAccepting },
  { name: 'put-back-jobs', run: putBackJobs },
  { name: 'close-store', run: closeStore },
  { name: 'remove-record', run: removeRecord },
  { name: 'unlock', run: unlock },
];

function stopAccepting(instance: Instance): void {
  instance.stopTicking?.();
  for (const { watch } of instance.projects.all()) void watch.close();
  instance.connectionsClosed = made(instance, 'door').close();
}

/** Jobs go back to the queue while requests end; both have the same ten seconds. */
async function putBackJobs(instance: Instance): Promise<void> {
  let cancelWait = (): void => {};
  const timeIsUp = new Promise<void>((resolve) => (cancelWait = instance.clock.after(DRAIN_MS, resolve)));
  const queues = Promise.all(instance.projects.all().map((project) => project.queue.close(DRAIN_MS)));
  await Promise.race([Promise.all([queues, instance.connectionsClosed]), timeIsUp]);
  cancelWait();
  made(instance, 'door').closeConnections();
  await instance.connectionsClosed;
}

async function closeStore(instance: Instance): Promise<void> {
  for (const project of instance.projects.all()) {
    await project.engine.close();
    instance.projects.remove(project.id);
  }
}

async function removeRecord(instance: Instance): Promise<void> {
  await instance.startNoted;
  await withdraw(made(instance, 'paths'), made(instance, 'record'));
}

async function unlock(instance: Instance): Promise<void> {
  await made(instance, 'lock').release();
}
