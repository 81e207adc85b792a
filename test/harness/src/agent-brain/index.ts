export { compileCache, endInstance, Machine, type Outcome, readRuntime, type RunningInstance, stateDirOf } from './machine.ts';
