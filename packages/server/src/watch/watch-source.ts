/** Something that happened to a file or a directory. Paths are absolute. */
export interface FileEvent {
  /** `create` may also be told of what was made anew in the place of something else. */
  readonly kind: 'create' | 'update' | 'delete';
  readonly path: string;
}

export interface Subscription {
  /** Never rejects. */
  close(): Promise<void>;
}

export interface SubscriptionRequest {
  /** Absolute, existing. */
  readonly directory: string;
  /** Absolute paths that are not watched, with all beneath them. */
  readonly ignore: readonly string[];
  onEvents(events: readonly FileEvent[]): void;
  /** No further events come. */
  onError(error: Error): void;
}

/** Where events of the file system come from. */
export interface WatchSource {
  /** @throws an Error whose message has the reason of the system */
  subscribe(request: SubscriptionRequest): Promise<Subscription>;
}
