export { type FirstRun, performFirstRun, renderFirstRun } from './first-run.ts';
