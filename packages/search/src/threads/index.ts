export { nurseryMb } from './nursery.ts';
export { workerEnvironment } from './worker-environment.ts';
