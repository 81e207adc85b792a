export { registerResources } from './register-resources.ts';
