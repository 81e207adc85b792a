export { nurseryMb } from './nursery.ts';
export { BackgroundThread, newPrecedence, type Precedence, questionBegins } from './precedence.ts';
export { workerEnvironment } from './worker-environment.ts';
