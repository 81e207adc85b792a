export {
  type FoundStorage,
  noteServed,
  readStoredProjects,
  type SharedStorage,
  sharedStorage,
  writeStoredProject,
} from './shared-storage.ts';
