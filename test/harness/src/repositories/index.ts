export { directory, git, repository } from './repositories.ts';
