import { AgentBrainError } from '@agent-brain/contract/errors';
import type { FileEvent, Subscription, SubscriptionRequest, WatchSource } from './watch-source.ts';

interface Library {
  subscribe(
    directory: string,
    listener: (error: Error | null, events: { type: FileEvent['kind']; path: string }[]) => unknown,
    options: { ignore: string[] },
  ): Promise<{ unsubscribe(): Promise<void> }>;
}

/**
 * Events by @parcel/watcher: one kernel watch a directory, delivered after 50 ms without another one
 * (the first at once), after 500 ms at the latest. What it does not do, and is done around it
 * ({@link FolderWatch}): on Linux it loses what happens in directories within new and renamed ones,
 * says nothing of an overflow of the kernel's queue, nor of a new directory it got no watch for.
 *
 * @throws WATCH_UNSUPPORTED where its native part has no build or cannot be loaded
 */
export async function parcelSource(load: () => Promise<Library> = () => import('@parcel/watcher')): Promise<WatchSource> {
  const library = await load().catch((error: unknown) => {
    const platform = `${process.platform}-${process.arch}`;
    throw new AgentBrainError(
      'WATCH_UNSUPPORTED',
      `Files cannot be watched on ${platform} — @parcel/watcher was not loaded: ${firstLine(error)}`,
      {
        data: { platform },
        cause: error,
      },
    );
  });
  return { subscribe: (request) => subscribe(library, request) };
}

async function subscribe(library: Library, { directory, ignore, onEvents, onError }: SubscriptionRequest): Promise<Subscription> {
  let isClosed = false;
  const subscription = await library.subscribe(
    directory,
    (error, events) => {
      if (isClosed) return;
      if (error !== null) onError(error);
      else onEvents(events.map(({ type, path }) => ({ kind: type, path })));
    },
    { ignore: [...ignore] },
  );
  return {
    async close() {
      isClosed = true;
      // It complains of directories that are gone; what it still held is freed with the last subscription.
      await subscription.unsubscribe().catch(() => {});
    },
  };
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
