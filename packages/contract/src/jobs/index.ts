export { type FolderList, folderListSchema, folderRemovalSchema, type IndexedFolder, indexedFolderSchema } from './folders.ts';
export {
  type IndexRequest,
  type IndexRequestInput,
  indexRequestSchema,
  type JobAccepted,
  jobAcceptedSchema,
} from './index-request.ts';
export {
  type IndexStats,
  indexStatsSchema,
  type Job,
  jobPhases,
  type JobProgress,
  jobProgressSchema,
  jobSchema,
  type JobStatus,
  jobStatuses,
  jobStatusSchema,
  type RepairOutcome,
  repairOutcomeSchema,
  type SkipReason,
  skipReasons,
  skipReasonSchema,
} from './job.ts';
export { type JobEvent, jobEventType, jobEventTypes, type JobEventType } from './job-event.ts';
export { type IndexCheck, indexCheckSchema, repairRequestSchema, verifyRequestSchema } from './index-check.ts';
export { type IndexPlan, indexPlanSchema } from './index-plan.ts';
export { type JobList, jobListQuerySchema, jobListSchema } from './job-list.ts';
