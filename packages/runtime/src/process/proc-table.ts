import fs from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isProcessId, type Identified, type ListedProcess, type ProcessTable } from './process-table.ts';

/** The process table of Linux: `/proc` (proc(5)). About 0.1 ms for a process. */
export function procTable(procDir = '/proc'): ProcessTable {
  let bootId: string | undefined;
  const boot = (): string => (bootId ??= fs.readFileSync(`${procDir}/sys/kernel/random/boot_id`, 'utf8').trim());
  return {
    // Synchronous inside: procfs answers from memory, and nothing comes between the check and a signal that follows it.
    async identify(pid) {
      if (!isProcessId(pid)) return null;
      try {
        return readIdentity(procDir, pid, boot());
      } catch {
        return existsByKill(pid) ? 'unknown' : null;
      }
    },

    async list(uid) {
      const found: ListedProcess[] = [];
      for (const [index, pid] of processIds(procDir).entries()) {
        // A machine may have thousands of them, and others wait for this thread.
        if (index % LISTED_AT_ONCE === LISTED_AT_ONCE - 1) await nextTurn();
        const listed = readListed(procDir, pid, uid, boot);
        if (listed !== undefined) found.push(listed);
      }
      return found;
    },

    async isSuspended(pid) {
      try {
        return isProcessId(pid) && parseStat(fs.readFileSync(`${procDir}/${pid}/stat`, 'utf8')).isSuspended;
      } catch {
        return false;
      }
    },
  };
}

const LISTED_AT_ONCE = 50;

/** Ticks a second of the times in `/proc/PID/stat`: USER_HZ, which is 100 on every platform that Node.js has a build for. */
const TICKS_PER_SECOND = 100;

function processIds(procDir: string): number[] {
  try {
    return fs
      .readdirSync(procDir)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** `undefined` for a process of another user, one that has ended meanwhile, and one that `/proc` does not show. */
function readListed(procDir: string, pid: number, uid: number, boot: () => string): ListedProcess | undefined {
  try {
    // The owner of the directory is the effective user; it spares reading the files of everybody else.
    if (fs.statSync(`${procDir}/${pid}`).uid !== uid) return undefined;
    const identity = readIdentity(procDir, pid, boot());
    if (identity === null || identity === 'unknown' || identity.uid !== uid) return undefined;
    const uptimeS = Number.parseFloat(fs.readFileSync(`${procDir}/uptime`, 'utf8'));
    const startS = Number(identity.startedAt.slice(identity.startedAt.lastIndexOf(':') + 1)) / TICKS_PER_SECOND;
    return { ...identity, ageMs: Math.max(0, Math.round((uptimeS - startS) * 1000)) };
  } catch {
    return undefined;
  }
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
export function parseStat(line: string): { hasEnded: boolean; isSuspended: boolean; startTicks: string } {
  const afterName = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks, memoryBytes] = [afterName[0], afterName[19], afterName[20]];
  if (state === undefined || startTicks === undefined) throw new Error(`/proc/PID/stat has ${afterName.length + 2} fields, not 52`);
  const hasEnded = state === 'Z' || state === 'X' || state === 'x' || memoryBytes === '0';
  return { hasEnded, isSuspended: state === 'T' || state === 't', startTicks };
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
