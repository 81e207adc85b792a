export { parcelSource } from './parcel-source.ts';
export { ProjectWatch, type ProjectWatchOptions } from './project-watch.ts';
export { unwatchedTrees } from './unwatched-trees.ts';
export type { FileEvent, Subscription, SubscriptionRequest, WatchSource } from './watch-source.ts';
