import fs from 'node:fs';
import { isProcessId, type Identified, type ProcessTable } from './process-table.ts';

/** The process table of Linux: `/proc` (proc(5)). About 0.1 ms for a process. */
export function procTable(procDir = '/proc'): ProcessTable {
  let bootId: string | undefined;
  return {
    // Synchronous inside: procfs answers from memory, and nothing comes between the check and a signal that follows it.
    async identify(pid) {
      if (!isProcessId(pid)) return null;
      try {
        bootId ??= fs.readFileSync(`${procDir}/sys/kernel/random/boot_id`, 'utf8').trim();
        return readIdentity(procDir, pid, bootId);
      } catch {
        return existsByKill(pid) ? 'unknown' : null;
      }
    },
  };
}

function readIdentity(procDir: string, pid: number, bootId: string): Identified {
  const look = (): ReturnType<typeof parseStat> => parseStat(fs.readFileSync(`${procDir}/${pid}/stat`, 'utf8'));
  const stat = look();
  if (stat.hasEnded) return null;
  const uid = /^Uid:\s+(\d+)/m.exec(fs.readFileSync(`${procDir}/${pid}/status`, 'utf8'))?.[1];
  if (uid === undefined) return 'unknown';
  const argv = fs.readFileSync(`${procDir}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  // One that is dying has no arguments any more; that makes it nobody else.
  if (argv.length === 0 && look().hasEnded) return null;
  return { pid, startedAt: `${bootId}:${stat.startTicks}`, argv, uid: Number(uid) };
}

/**
 * Fields 3 (state), 22 (starttime) and 23 (vsize) of `/proc/PID/stat`; field 2, the name, may itself hold spaces and
 * brackets. A process without memory is on its way out and will do nothing any more, whatever its state is called.
 */
export function parseStat(line: string): { hasEnded: boolean; startTicks: string } {
  const afterName = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks, memoryBytes] = [afterName[0], afterName[19], afterName[20]];
  if (state === undefined || startTicks === undefined) throw new Error(`/proc/PID/stat has ${afterName.length + 2} fields, not 52`);
  return { hasEnded: state === 'Z' || state === 'X' || state === 'x' || memoryBytes === '0', startTicks };
}

/** Needed where `/proc` hides the processes of other users (mount option hidepid). */
function existsByKill(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
