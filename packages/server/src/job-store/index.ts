export { FileJobStore, type FileJobStoreOptions } from './file-job-store.ts';
export type { JobStore, StoreTrouble } from './job-store.ts';
export { type JournalFile, type JournalFileSystem, nodeJournalFileSystem } from './journal-file-system.ts';
export type { RecoveredJobs } from './recover-jobs.ts';
export { hasUnfinishedJobs } from './unfinished-jobs.ts';
export { noProgress } from './no-progress.ts';
