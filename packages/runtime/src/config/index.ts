export { type ChangeOptions, type ConfigChange, setConfigValue, unsetConfigValue } from './change-config.ts';
export type { IgnoredKey, OriginKind } from './config-layer.ts';
export { ignoredNotes } from './ignored-notes.ts';
export { configJsonSchema, renderConfigJsonSchema, renderConfigurationPage } from './configuration-page.ts';
export { type ConfigOrigin, loadConfig, readConfig, type LoadConfigOptions, type LoadedConfig } from './load-config.ts';
export {
  type DaemonKey,
  daemonPorts,
  loadDaemonConfig,
  type LoadDaemonConfigOptions,
  type LoadedDaemonConfig,
} from './load-daemon-config.ts';
