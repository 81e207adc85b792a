export { indexFile } from './index-file.ts';
export { type RunOrder, type RunSurroundings, runIndex } from './index-run.ts';
export { planRun } from './plan-run.ts';
export { removeFolder } from './remove-folder.ts';
export type { RunLimits } from './run-limits.ts';
export type { RunProgress } from './run-report.ts';
