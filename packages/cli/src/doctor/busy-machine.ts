import fs from 'node:fs';
import os from 'node:os';
import { isSuspended } from '@agent-brain/runtime/process';

/** A look that had no result in time. Any other error is a failure of the doctor. */
export class Late extends Error {}

export interface Load {
  /** Threads that want a processor: the mean of the last minute, or those of this moment where they are more. */
  readonly runnable: number;
  /** Processors of the machine. */
  readonly processors: number;
}

/** With so many threads for one processor, a process that is well may miss a second. */
const BUSY_PER_PROCESSOR = 2;

/**
 * Silence of a process within a second says something only of one that cannot run, or of one that had time to answer.
 *
 * @param pid of the process that gave no answer; null when nobody knows it
 * @throws Late when it may merely be slow
 */
export async function judgeSilence(pid: number | null, load: Load = loadNow()): Promise<void> {
  if (pid !== null && (await isSuspended(pid))) return;
  if (load.runnable > load.processors * BUSY_PER_PROCESSOR) throw new Late('the machine is busy');
}

function loadNow(): Load {
  const [lastMinute = 0] = os.loadavg();
  return { runnable: Math.max(lastMinute, runnableThreads()), processors: Math.max(1, os.cpus().length) };
}

/** Field 4 of `/proc/loadavg` (proc(5)), which the mean of a minute follows slowly. */
function runnableThreads(): number {
  try {
    return Number(/ (\d+)\/\d+ /.exec(fs.readFileSync('/proc/loadavg', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
