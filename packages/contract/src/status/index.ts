export { type IndexStatus, type Status, statusSchema, type WatcherStatus, watcherStates } from './status.ts';
