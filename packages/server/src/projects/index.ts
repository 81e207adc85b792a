export { indexConfig } from './index-config.ts';
export { openProject, type OpenProjectOptions } from './open-project.ts';
export type { Project } from './project.ts';
export { ProjectSet } from './project-set.ts';
export { projectStatus } from './project-status.ts';
export { reverifyMoved } from './reverify-moved.ts';
