import { readdirSync, readFileSync } from 'node:fs';

export interface LeftProcess {
  pid: number;
  commandLine: string;
}

/** Environment name that marks every child of a test file; its value is unique to the run of that file. */
export const suiteMarker = 'AGENT_BRAIN_TEST_SUITE';

/**
 * Living processes that were started by the test file of this marker: those that carry it in their
 * environment, and those whose arguments name its temporary folder (a detached server that was
 * given an environment of its own). Linux only (`/proc`); elsewhere nothing is found.
 */
export function leftProcesses({ marker, folder, procDir = '/proc' }: { marker: string; folder: string; procDir?: string }): LeftProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync(procDir)
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .flatMap((pid) => {
      const commandLine = readProc(`${procDir}/${pid}/cmdline`).replaceAll('\0', ' ').trim();
      // A zombie has no command line: it has ended and only waits to be reaped.
      if (commandLine === '') return [];
      const marked = readProc(`${procDir}/${pid}/environ`).split('\0').includes(`${suiteMarker}=${marker}`);
      return marked || commandLine.includes(folder) ? [{ pid, commandLine }] : [];
    });
}

function readProc(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
