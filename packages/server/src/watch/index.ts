export { coalesced, guardStateDir } from './guard-state-dir.ts';
export { platformSource } from './platform-source.ts';
export { ProjectWatch, type ProjectWatchOptions } from './project-watch.ts';
export type { Coverage, Subscription, SubscriptionRequest, WatchSource } from './watch-source.ts';
