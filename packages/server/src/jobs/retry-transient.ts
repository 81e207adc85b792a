import { type AgentBrainError, isAgentBrainError, isPause } from '@agent-brain/contract/errors';
import type { Clock } from '../clock/index.ts';

export interface Retry {
  /** 1-based. */
  readonly attempt: number;
  readonly error: AgentBrainError;
  /** Milliseconds of the clock. */
  readonly nextAtMs: number;
}

export interface RetryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Before each wait; undefined when the wait is over. */
  readonly onRetry: (retry: Retry | undefined) => void;
}

const MAX_RETRIES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Repeats work that failed for a passing reason: an error that says when to come again (`retryAfterS`). A few times when
 * something is busy or does not answer (a provider's 429 or 5xx, a network that is down). As long as it takes when a
 * precondition is missing: work over a limit of memory or disk pauses until there is room, and what it had done stays.
 * Every other error is final at once.
 *
 * @throws what the last attempt threw; the signal's reason
 */
export async function retryTransient<Result>(work: () => Promise<Result>, { clock, signal, onRetry }: RetryOptions): Promise<Result> {
  let failures = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || signal.aborted) throw error;
      const pauses = isPause(error.code);
      if (!pauses && ++failures > MAX_RETRIES) throw error;
      const backoffMs = pauses ? 0 : FIRST_WAIT_MS * 2 ** (failures - 1);
      const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(backoffMs, error.retryAfterS * 1_000));
      onRetry({ attempt, error, nextAtMs: clock.now() + waitMs });
      await wait(waitMs, clock, signal);
      onRetry(undefined);
    }
  }
}

const isTransient = (error: unknown): error is AgentBrainError & { retryAfterS: number } =>
  isAgentBrainError(error) && error.retryAfterS !== undefined;

function wait(waitMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(waitMs, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
