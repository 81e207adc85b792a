export { findByRoot, findByStateDir, findByStateId } from './find-entry.ts';
export { projectId, projectIdIn } from './project-id.ts';
export {
  collectGarbage,
  forgetProject,
  type GarbageReport,
  MISSING_ROOT_DAYS,
  noteMode,
  noteStart,
  putRegistration,
  registerProject,
  type Registration,
} from './registrations.ts';
export { readRegistry, type RegistryFiles, type RegistryRead, updateRegistry, type UpdateOptions } from './registry-file.ts';
