import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of a process since its start, in seconds. */
export interface ThreadTimes {
  /** Of threads at the usual priority: those that answer. */
  readonly usual: number;
  /** Of threads at a lower priority: those that index. */
  readonly lower: number;
}

/** Linux counts in hundredths of a second for user programs, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** As proc(5) tells it, by thread. Threads that have ended are not in it. */
export function threadTimes(pid: number): ThreadTimes {
  const times = { usual: 0, lower: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readStat(`/proc/${pid}/task/${thread}/stat`);
    if (stat === undefined) continue;
    // Behind "pid (name)": state is field 3, utime 14, stime 15, nice 19.
    const [utime = 0, stime = 0, nice = 0] = [stat[11], stat[12], stat[16]].map(Number);
    times[nice > 0 ? 'lower' : 'usual'] += (utime + stime) / TICKS_PER_SECOND;
  }
  return times;
}

function readStat(file: string): string[] | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** MB of a process that are in memory: all, and what no file stands behind. */
export function residentMb(pid: number): { all: number; anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { all: of('VmRSS'), anonymous: of('RssAnon') };
}
