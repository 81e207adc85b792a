export { workerEnvironment } from './worker-environment.ts';
