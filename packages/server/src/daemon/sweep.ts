import { type SweepReport, sweepOrphans } from '@agent-brain/runtime/orphans';
import { made } from '../lifecycle/index.ts';
import type { Daemon } from './daemon.ts';

/** Most orphans go when they are asked; a start does not wait for one that has to be ended by force. */
const WAIT_MS = 2_000;

/**
 * Ends the orphans of this home before their projects are taken: an orphan may hold their locks. One that takes longer
 * goes on behind the start. No start fails by it.
 */
export async function sweepAtStart(daemon: Daemon): Promise<void> {
  const { bind_host: host, port, port_range: count } = made(daemon, 'config').values;
  const ending = new AbortController();
  const swept = sweepOrphans(daemon.paths, { range: { host, port, count }, signal: ending.signal })
    .then((report) => tell(daemon, report))
    .catch((error: unknown) => {
      if (!ending.signal.aborted) daemon.log.warn({ err: error }, 'lost daemons could not be looked for');
    });
  daemon.endSweep = () => ending.abort();
  const { promise: patience, resolve } = Promise.withResolvers<void>();
  const cancel = daemon.clock.after(WAIT_MS, resolve);
  await Promise.race([swept, patience]);
  cancel();
}

/** A line for each that was met; a home without orphans is worth none. */
function tell({ log }: Daemon, { swept, skipped, failed, cleaned, duration_ms }: SweepReport): void {
  for (const orphan of swept) log.warn({ ...orphan }, 'a lost daemon of this home was ended');
  for (const orphan of failed) log.error({ ...orphan }, 'a lost daemon of this home could not be ended');
  for (const suspect of skipped) {
    if (suspect.class === 'operator_required')
      log.warn({ ...suspect }, 'a process may be a lost daemon of this home; see `agent-brain doctor`');
  }
  log.debug({ swept: swept.length, failed: failed.length, skipped: skipped.length, cleaned, duration_ms }, 'lost daemons were looked for');
}
