export { indexConfig } from './index-config.ts';
export { openProject, type OpenProjectOptions } from './open-project.ts';
export { OwnProject } from './own-project.ts';
export { factsOf, type Project, type ProjectFacts } from './project.ts';
export { projectStatus } from './project-status.ts';
export type { ProjectLease, ServedProjects } from './served-projects.ts';
export { settleMove } from './settle-move.ts';
export type { SharedProjectsOptions } from './shared-options.ts';
export { newSharedProjects, type SharedProjects } from './shared-projects.ts';
