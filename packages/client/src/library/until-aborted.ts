/**
 * The result of some work, or the signal's reason as soon as it is aborted. What the work cannot interrupt (a question
 * to git, a registry that is locked) ends unheard.
 */
export async function untilAborted<Value>(signal: AbortSignal | undefined, work: () => Promise<Value>): Promise<Value> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    stop = () => signal.removeEventListener('abort', abort);
  });
  try {
    return await Promise.race([aborted, work()]);
  } finally {
    stop();
  }
}
