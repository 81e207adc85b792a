import type { Clock } from '../clock/index.ts';
import { InotifySource } from './inotify-source.ts';
import type { WatchSource } from './watch-source.ts';

/**
 * What loads the source of this platform, once for all who ask.
 * @throws (when loading) WATCH_UNSUPPORTED where there is none
 */
export function platformSource(
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  platform: NodeJS.Platform = process.platform,
): () => Promise<WatchSource> {
  let loaded: Promise<WatchSource> | undefined;
  return () => (loaded ??= platform === 'linux' ? Promise.resolve(new InotifySource()) : parcelSource(env, clock));
}

async function parcelSource(env: Readonly<Record<string, string | undefined>>, clock: Clock): Promise<WatchSource> {
  const [{ CoveredSource }, { parcelEvents }, { unwatchedTrees }] = await Promise.all([
    import('./covered-source.ts'),
    import('./parcel-events.ts'),
    import('./unwatched-trees.ts'),
  ]);
  return new CoveredSource({
    events: await parcelEvents(),
    findUnwatched: (folder, closedDirs) => unwatchedTrees(folder, closedDirs, env),
    after: (delayMs, action) => clock.after(delayMs, action),
  });
}
