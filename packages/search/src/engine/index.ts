export type {
  Engine,
  EngineLog,
  EngineOptions,
  EngineStatus,
  FolderRequest,
  IndexConfig,
  IndexProgress,
  IndexRepair,
  IndexRun,
  IndexUpdate,
  LogLevel,
  VerifyReport,
} from './engine.ts';
export { openEngine } from './open-engine.ts';
