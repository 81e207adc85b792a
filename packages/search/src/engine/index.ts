export type {
  Engine,
  EngineLog,
  EngineOptions,
  EngineStatus,
  IndexConfig,
  IndexProgress,
  IndexRun,
  LogLevel,
  VerifyReport,
} from './engine.ts';
export { openEngine } from './open-engine.ts';
