/** Time as the server's parts receive it, so that tests can make it pass. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Runs `action` once after `delayMs`; the returned function prevents it. A waiting timer does not
   * keep the process alive.
   */
  after(delayMs: number, action: () => void): () => void;
}

/** The longest delay of a Node timer; longer ones would fire at once. */
const MAX_DELAY_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, Math.min(delayMs, MAX_DELAY_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
