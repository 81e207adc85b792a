export {
  findProgram,
  requireNamespaces,
  requireNotRoot,
  requirePlatform,
  requireProgram,
  requireRoot,
  requireSoak,
} from './requirements.ts';
