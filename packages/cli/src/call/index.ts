export type { Call, Command, Outcome } from './command.ts';
export { daemonOf, daemonOptions, locateProjectIfAny } from './daemon-call.ts';
export { declined } from './declined.ts';
export { tellEarlierState } from './earlier-state.ts';
export { followJob } from './follow-job.ts';
export { connect, locate, locateConfigured, locateWithConfig, reachInstance } from './project-call.ts';
export { modeOf, modeOption, startOptions } from './start-options.ts';
