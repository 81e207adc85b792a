import { execFile } from 'node:child_process';
import { isProcessId, type Identified, type ListedProcess, type ProcessTable } from './process-table.ts';

/** Output of `ps` with these arguments; `undefined` when it could not be run. Empty when no process was found. */
export type RunPs = (args: readonly string[]) => Promise<string | undefined>;

const PS_TIMEOUT_MS = 5_000;

/** The process table of macOS, by `ps`. */
export function psTable(run: RunPs = runPs): ProcessTable {
  return {
    async identify(pid) {
      if (!isProcessId(pid)) return null;
      const output = await run(['-ww', '-o', 'uid=', '-o', 'stat=', '-o', 'lstart=', '-o', 'command=', '-p', String(pid)]);
      return output === undefined ? 'unknown' : parseLine(pid, output.trim());
    },

    async isSuspended(pid) {
      if (!isProcessId(pid)) return false;
      return /^\s*T/.test((await run(['-o', 'stat=', '-p', String(pid)])) ?? '');
    },

    async list(uid) {
      const columns = ['pid=', 'etime=', 'uid=', 'stat=', 'lstart=', 'command='].flatMap((column) => ['-o', column]);
      // All, and chosen here: `-U` alone leaves out, on macOS, what has no terminal.
      const output = await run(['-axww', ...columns]);
      return (output ?? '').split('\n').flatMap((line) => parseListed(line, uid));
    },
  };
}

function parseListed(line: string, uid: number): ListedProcess[] {
  const match = /^\s*(\d+)\s+(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)\s+(.*)$/s.exec(line);
  if (match === null) return [];
  const [, pid, days = '0', hours = '0', minutes, seconds, rest = ''] = match;
  const identity = parseLine(Number(pid), rest.trim());
  if (identity === null || identity === 'unknown' || identity.uid !== uid) return [];
  const ageS = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return [{ ...identity, ageMs: ageS * 1000 }];
}

const linePattern = /^(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+\d\d:\d\d:\d\d\s+\d{4})(?:\s+(.*))?$/s;

function parseLine(pid: number, line: string): Identified {
  if (line === '') return null;
  const match = linePattern.exec(line);
  if (match === null) return 'unknown';
  const [, uid, state, start, command = ''] = match as unknown as [string, string, string, string, string?];
  if (state.startsWith('Z')) return null;
  return { pid, startedAt: `ps:${start.replaceAll(/\s+/g, ' ')}`, argv: [command], uid: Number(uid) };
}

const runPs: RunPs = (args) =>
  new Promise((resolve) => {
    // Start times are printed in the local time zone and language, which processes of one user need not share.
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    // By its path: in a relative entry of PATH it would be a program of the working directory.
    execFile('/bin/ps', args, { env, timeout: PS_TIMEOUT_MS }, (error, stdout) => {
      const foundNothing = error?.code === 1;
      resolve(error === null || foundNothing ? stdout : undefined);
    });
  });
