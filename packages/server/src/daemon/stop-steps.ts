import { withdrawDaemon } from '@agent-brain/runtime/daemon';
import { drain, made, type Step, stopAccepting } from '../lifecycle/index.ts';
import type { Daemon } from './daemon.ts';

/** The one list of a daemon's stop (docs/design/instances.md#one-list-of-steps). `exit` is the process's own. */
export const daemonStopSteps: readonly Step<Daemon>[] = [
  { name: 'stop-accepting', run: stopTaking },
  { name: 'close-projects', run: closeProjects },
  { name: 'remove-record', run: (daemon) => withdrawDaemon(daemon.paths, made(daemon, 'record')) },
  { name: 'unlock', run: (daemon) => made(daemon, 'lock').release() },
];

function stopTaking(daemon: Daemon): void {
  daemon.endSweep?.();
  stopAccepting(daemon);
}

/** Nothing may hold a project when its lock is given up, also when the time was not enough. */
async function closeProjects(daemon: Daemon): Promise<void> {
  let closed: Promise<void> = Promise.resolve();
  await drain(daemon, (drainMs) => (closed = made(daemon, 'projects').close(drainMs)));
  await closed;
}
