export { daemonEntryFile, type DaemonPaths, daemonPaths } from './daemon-paths.ts';
export {
  type DaemonEntry,
  keepDaemonEntry,
  publishDaemon,
  publishDaemonRecord,
  readDaemonEntries,
  readDaemonRecord,
  withdrawDaemon,
  withdrawDaemonNow,
} from './daemon-records.ts';
