/**
 * Callers of one process that want the same lock, first come, first served (docs/design/locks.md#fairness-within-a-process). Between
 * processes the kernel lock decides, by polling, which is not fair.
 */
const lines = new Map<string, Waiter[]>();

interface Waiter {
  onTurn: () => void;
}

export interface Turn {
  /** Lets the next one in. Call it once. */
  leave(): void;
}

/**
 * Waits for this caller's turn at `key`.
 *
 * @returns `undefined` when it did not come within `timeoutMs`
 * @throws the reason of `signal` when that aborts the wait
 */
export function waitForTurn(key: string, timeoutMs: number, signal?: AbortSignal): Promise<Turn | undefined> {
  const line = lines.get(key);
  if (line === undefined) {
    lines.set(key, []);
    return Promise.resolve({ leave: () => callNext(key) });
  }
  return new Promise((resolve, reject) => {
    const stopWaiting = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      const place = line.indexOf(waiter);
      if (place >= 0) line.splice(place, 1);
    };
    const waiter: Waiter = {
      onTurn: () => {
        stopWaiting();
        resolve({ leave: () => callNext(key) });
      },
    };
    const onAbort = (): void => {
      stopWaiting();
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(
      () => {
        stopWaiting();
        resolve(undefined);
      },
      Math.max(0, timeoutMs),
    );
    signal?.addEventListener('abort', onAbort);
    line.push(waiter);
  });
}

function callNext(key: string): void {
  const next = lines.get(key)?.shift();
  if (next === undefined) lines.delete(key);
  else next.onTurn();
}
