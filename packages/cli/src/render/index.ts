export { renderFields } from './fields.ts';
export { renderCheck } from './render-check.ts';
export { renderError, renderProblem } from './render-error.ts';
export { renderStart, renderStatus, renderStop } from './render-instance.ts';
export { renderAccepted, renderJob, renderPlan } from './render-job.ts';
export { renderLogRecord } from './render-log.ts';
export { renderQuery } from './render-query.ts';
export { renderRemoval, renderRemovals, renderStopped } from './render-removal.ts';
export type { View } from './view.ts';
