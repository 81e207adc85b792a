export type { DaemonOptions } from './daemon.ts';
export { runDaemon } from './run-daemon.ts';
export { daemonStartSteps } from './start-steps.ts';
export { daemonStopSteps } from './stop-steps.ts';
