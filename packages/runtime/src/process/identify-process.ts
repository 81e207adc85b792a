import { procTable } from './proc-table.ts';
import { type Identified, type ListedProcess, type ProcessIdentity, type ProcessTable, UNKNOWN_START } from './process-table.ts';
import { psTable } from './ps-table.ts';

/** Platforms without a table of ours (Windows): nothing is ever known, so nothing is ever signalled. */
const noTable: ProcessTable = { identify: async () => 'unknown', list: async () => [], isSuspended: async () => false };

/** The process table of a platform. */
export function processTableOf(platform: NodeJS.Platform): ProcessTable {
  if (platform === 'linux') return procTable();
  return platform === 'darwin' ? psTable() : noTable;
}

let ours: ProcessTable | undefined;

/** The process table of this machine. */
export const systemTable = (): ProcessTable => (ours ??= processTableOf(process.platform));

/** Who has this pid now. Never throws. */
export const identifyProcess = (pid: number, table: ProcessTable = systemTable()): Promise<Identified> => table.identify(pid);

/** The processes of a user that live now. Never throws. */
export const listProcesses = (uid: number, table: ProcessTable = systemTable()): Promise<readonly ListedProcess[]> => table.list(uid);

/** Whether a process is kept from running; it answers nobody then, however long one waits. Never throws. */
export const isSuspended = (pid: number, table: ProcessTable = systemTable()): Promise<boolean> => table.isSuspended(pid);

let self: Promise<ProcessIdentity> | undefined;

/** This process; `startedAt` is `"unknown"` where the system does not tell. */
export const selfIdentity = (): Promise<ProcessIdentity> => (self ??= identifySelf());

async function identifySelf(): Promise<ProcessIdentity> {
  const identified = await identifyProcess(process.pid);
  if (identified !== null && identified !== 'unknown') return identified;
  return { pid: process.pid, startedAt: UNKNOWN_START, argv: [...process.argv], uid: process.getuid?.() ?? -1 };
}
