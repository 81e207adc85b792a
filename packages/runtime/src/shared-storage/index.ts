export { type FoundStorage, readStoredProjects, type SharedStorage, sharedStorage, writeStoredProject } from './shared-storage.ts';
