export { type DaemonConfig, daemonConfigSchema } from './daemon-keys.ts';
export {
  authorityKeys,
  type ConfigKey,
  type ConfigKeyName,
  configKeyNames,
  configKeys,
  type ConfigScope,
  type ConfigValues,
  environmentName,
  plannedKeys,
} from './config-keys.ts';
