export { coalesced, guardStateDir } from './guard-state-dir.ts';
export { platformSource } from './platform-source.ts';
export { ProjectWatch } from './project-watch.ts';
export type { WatchSource } from './watch-source.ts';
