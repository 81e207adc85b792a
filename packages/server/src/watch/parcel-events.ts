import { createRequire } from 'node:module';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { FileEvent, TreeEvents, TreeSubscriptionRequest } from './tree-events.ts';
import type { Subscription } from './watch-source.ts';

type Listener = (error: Error | null, events: { type: FileEvent['kind']; path: string }[]) => unknown;

/** What the native part of @parcel/watcher exports, as far as it is used here. Paths are absolute and normal. */
interface NativeWatcher {
  subscribe(directory: string, listener: Listener, options: { ignorePaths: string[] }): Promise<void>;
  unsubscribe(directory: string, listener: Listener, options: { ignorePaths: string[] }): Promise<void>;
}

/**
 * Events by @parcel/watcher, whose native part is used as it is: npm installs that for the platform it
 * is on, while the package around it has an install script, and takes paths with brackets in them for
 * patterns. Delivered after 50 ms without another one (the first at once), after 500 ms at the latest. Within one
 * delivery a `create` and a `delete` of the same path cancel each other, although a file of that name may have been there
 * before. {@link CoveredSource} makes up for what it loses.
 *
 * @throws WATCH_UNSUPPORTED where its native part has no build or cannot be loaded
 */
export async function parcelEvents(load: (name: string) => unknown = createRequire(import.meta.url)): Promise<TreeEvents> {
  const watcher = loadWatcher(load);
  return { subscribe: (request) => subscribe(watcher, request) };
}

function loadWatcher(load: (name: string) => unknown): NativeWatcher {
  try {
    return load(nativePackage(process.platform, process.arch)) as NativeWatcher;
  } catch (error) {
    const platform = `${process.platform}-${process.arch}`;
    throw new AgentBrainError(
      'WATCH_UNSUPPORTED',
      `Files cannot be watched on ${platform} — @parcel/watcher was not loaded: ${firstLine(error)}`,
      {
        data: { platform },
        cause: error,
      },
    );
  }
}

/** Linux means glibc: there are no kernel locks for musl either. */
const nativePackage = (platform: string, arch: string): string =>
  `@parcel/watcher-${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`;

async function subscribe(watcher: NativeWatcher, { directory, ignore, onEvents, onError }: TreeSubscriptionRequest): Promise<Subscription> {
  let isClosed = false;
  const root = path.resolve(directory);
  const options = { ignorePaths: ignore.map((ignored) => path.resolve(ignored)) };
  const listener: Listener = (error, events) => {
    if (isClosed) return;
    if (error !== null) onError(error);
    else onEvents(events.map(({ type, path: file }) => ({ kind: type, path: file })));
  };
  await watcher.subscribe(root, listener, options);
  return {
    async close() {
      isClosed = true;
      // It complains of directories that are gone; what it still held is freed with the last subscription.
      await watcher.unsubscribe(root, listener, options).catch(() => {});
    },
  };
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
