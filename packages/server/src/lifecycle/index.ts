export type { ServeOptions } from './instance.ts';
export { runInstance, type RunningInstance, type RunOptions } from './run-instance.ts';
