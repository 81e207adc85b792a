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
  SelectionLoss,
  VerifyReport,
} from './engine.ts';
export { newPrecedence, type Precedence } from '../threads/index.ts';
export { indexStatus, openEngine } from './open-engine.ts';
