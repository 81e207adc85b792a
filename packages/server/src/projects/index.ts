export { indexConfig } from './index-config.ts';
export type { Project } from './project.ts';
export { ProjectSet } from './project-set.ts';
export { projectStatus } from './project-status.ts';
