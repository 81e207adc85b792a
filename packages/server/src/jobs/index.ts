export { checkFolder, isInside } from './check-folder.ts';
export type { Interlude } from './interludes.ts';
export type { FeedEvent, JobFeed } from './job-feed.ts';
export { JobQueue } from './job-queue.ts';
export type { JobSubmission } from './job-record.ts';
export { JobTurns } from './job-turns.ts';
export { engineWork } from './perform-job.ts';
export type { Admission, JobFilter, JobLog, JobQueueOptions, PerformJob, QueueStats } from './queue-options.ts';
export { renderDuration } from './render-duration.ts';
