import type { WalkOptions } from '@agent-brain/search/walk';

/** Which directories beneath `folder` are walked. Plain data, so that it crosses a thread border. */
export type WatchScope = Pick<WalkOptions, 'root' | 'folder' | 'exclude' | 'recursive'> & {
  /** State and data of the instance, absolute; never watched. */
  readonly stateDir: readonly string[];
};

/** How much of a folder is watched. */
export interface Coverage {
  /** Directories with a watch. */
  readonly watched: number;
  /** Directories that are walked and have no watch. */
  readonly missing: number;
  /** Absolute paths of some of the missing ones. */
  readonly examples: readonly string[];
  /** Error code of the system for the last one that failed, such as ENOSPC. */
  readonly code?: string | undefined;
}

export interface WatchListener {
  /**
   * Absolute paths whose place in the index may be out of date. A directory stands for all beneath it, and everything in
   * it has its watch by now. Changes of git's own files arrive as `<top of the worktree>/.git/<name>`, wherever they lie.
   */
  onChanges(paths: readonly string[]): void;
  /** Events were lost, or may have been: only a comparison of the whole folder finds what they said. */
  onLoss(): void;
  /** More is going on than was reported so far; false when all of it was. */
  onBusy(isBusy: boolean): void;
  /** After each change of it. */
  onCoverage(coverage: Coverage): void;
  /** No further events come. */
  onError(error: Error): void;
}

export interface SubscriptionRequest extends WatchListener {
  readonly scope: WatchScope;
}

export interface Subscription {
  /** Never rejects. */
  close(): Promise<void>;
}

/**
 * Where changes of the file system come from. When `subscribe` resolves, the folder is watched; directories that are made
 * or moved in later get their watch by themselves. What the source cannot know for certain it reports as a loss.
 */
export interface WatchSource {
  /** @throws an Error whose message has the reason of the system */
  subscribe(request: SubscriptionRequest): Promise<Subscription>;
}
