import type { WatcherStatus } from '@agent-brain/contract/status';
import type { WatchedFolder } from './watched-folder.ts';

export interface WatchFacts {
  /** The configuration or a request wants something watched. */
  readonly isWanted: boolean;
  /** Why nothing can be watched here. */
  readonly unsupported: string | undefined;
  readonly isRunning: boolean;
  readonly folders: readonly Pick<WatchedFolder, 'isStarting' | 'trouble'>[];
  /** Why the last batch failed. */
  readonly failure: string | undefined;
}

/** How the watch stands, in one word and with the most important reason. */
export function conditionOf({ isWanted, unsupported, isRunning, folders, failure }: WatchFacts): Pick<WatcherStatus, 'state' | 'reason'> {
  if (!isWanted) return { state: 'off', reason: 'switched off (watch = false)' };
  if (unsupported !== undefined) return { state: 'off', reason: unsupported };
  if (!isRunning || folders.some((folder) => folder.isStarting)) return { state: 'starting' };
  const troubles = folders.flatMap(({ trouble }) => trouble ?? []);
  const worst = troubles.find(({ kind }) => kind === 'degraded') ?? troubles[0];
  if (worst !== undefined) return { state: worst.kind, reason: worst.reason };
  return failure === undefined ? { state: 'on' } : { state: 'degraded', reason: `changes could not be taken over: ${failure}` };
}
