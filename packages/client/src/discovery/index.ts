export { discover, type DiscoverOptions } from './discover.ts';
export { findInstance, type FindOptions, type InstanceState } from './find-instance.ts';
export { Instance } from './instance.ts';
export { isInitialised } from './is-initialised.ts';
export { locateEntry, type LocateOptions, locateProject, type ProjectLocation } from './project-location.ts';
