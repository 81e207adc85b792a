import type { Subscription } from './watch-source.ts';

/** Something that happened to a file or a directory. Paths are absolute. */
export interface FileEvent {
  /** `create` may also be told of what was made anew in the place of something else. */
  readonly kind: 'create' | 'update' | 'delete';
  readonly path: string;
}

export interface TreeSubscriptionRequest {
  /** Absolute, existing. */
  readonly directory: string;
  /** Absolute paths that are not watched, with all beneath them. */
  readonly ignore: readonly string[];
  onEvents(events: readonly FileEvent[]): void;
  /** No further events come. */
  onError(error: Error): void;
}

/** A library that reports what happens in a tree of directories, and may miss some of it. */
export interface TreeEvents {
  /** @throws an Error whose message has the reason of the system */
  subscribe(request: TreeSubscriptionRequest): Promise<Subscription>;
}
