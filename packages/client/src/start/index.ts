export { compareVersions } from '@agent-brain/contract/version';
export { discoverOrStart, type DiscoverOrStartOptions } from './discover-or-start.ts';
export { findProgram, type FindProgramOptions, type ServerProgram } from './find-program.ts';
export type { SpawnedServer } from './spawn-server.ts';
export { serverEnvironment } from './server-environment.ts';
export { type Started, startInstance, type StartOptions } from './start-instance.ts';
export { stopInstance, type StopOptions } from './stop-instance.ts';
