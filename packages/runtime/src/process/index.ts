export { identifyProcess, isSuspended, listProcesses, processTableOf, selfIdentity, systemTable } from './identify-process.ts';
export {
  type Identified,
  isProcessId,
  type ListedProcess,
  type ProcessIdentity,
  type ProcessTable,
  UNKNOWN_START,
} from './process-table.ts';
export { isSameProcess, type Proof, type RecordedProcess, type Sameness, signalVerified, waitUntilGone } from './same-process.ts';
