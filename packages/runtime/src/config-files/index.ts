export { type ConfigFile, isObject, type JsonObject, readConfigFile } from './config-file.ts';
export { configError, type ConfigProblem, pointerOf, shown } from './config-problem.ts';
