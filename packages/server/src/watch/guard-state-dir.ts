import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock/index.ts';

/** What others find a server by, and what keeps the state dir out of git. */
const guarded: ReadonlySet<string> = new Set(['runtime.json', '.gitignore', 'agent-brain.lock']);

/** Git removes a file before it writes the next one there: whoever writes in between makes the checkout fail. */
const SETTLE_MS = 25;

/**
 * Tells when somebody else changes, replaces or removes a file by which clients find a server, or the state dir itself: a pull
 * can put a record of its own there. Where the system refuses to watch (no inotify watch is left), only the regular looks of
 * the server notice.
 *
 * @param stateDir absolute
 * @param onChange called a moment after a change, of the server's own as well; once for changes in quick succession
 * @returns ends the watch
 */
export function guardStateDir(
  stateDir: string,
  { clock, onChange, onRefused }: { clock: Clock; onChange: () => void; onRefused: (error: unknown) => void },
): () => void {
  const ownName = path.basename(stateDir);
  let cancel: (() => void) | undefined;
  const settled = (): void => {
    cancel = undefined;
    onChange();
  };
  try {
    const watcher = fs.watch(stateDir, { persistent: false }, (_kind, name) => {
      if (name === null || name === ownName || guarded.has(name)) cancel ??= clock.after(SETTLE_MS, settled);
    });
    watcher.on('error', onRefused);
    return () => {
      watcher.close();
      cancel?.();
    };
  } catch (error) {
    onRefused(error);
    return () => {};
  }
}

/** Runs the work; however often it is asked for meanwhile, it runs once more after that. */
export function coalesced(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    do {
      isWanted = false;
      await work().catch(onError);
    } while (isWanted);
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}
