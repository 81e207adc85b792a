export { renderJobDetail } from './render-job-detail.ts';
export { renderJobs } from './render-jobs.ts';
