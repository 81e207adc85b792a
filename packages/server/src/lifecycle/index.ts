export type { ServeOptions } from './instance.ts';
export { runInstance, type RunningInstance, type RunOptions } from './run-instance.ts';
export { startSteps } from './start-steps.ts';
export { stopSteps } from './stop-steps.ts';
