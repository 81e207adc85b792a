export { askProjects } from './ask-projects.ts';
