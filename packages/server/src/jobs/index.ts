export { checkFolder, isInside } from './check-folder.ts';
export { JobQueue } from './job-queue.ts';
export type { JobSubmission } from './job-record.ts';
export { engineWork } from './perform-job.ts';
export type { JobFilter, JobLog, JobQueueOptions, PerformJob, QueueStats } from './queue-options.ts';
export { renderDuration } from './render-duration.ts';
