export { compileCache, Machine, type Outcome, readRuntime, type RunningInstance, stateDirOf } from './machine.ts';
