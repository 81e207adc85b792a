import type { ServerContext } from '@modelcontextprotocol/server';
import type { Progress } from '../tools/index.ts';

/** Often enough for a person who watches. */
const INTERVAL_MS = 250;

/**
 * Sends progress to a client that gave a token, at most four times a second, and only what is further than before
 * (MCP, "Progress": the value must increase with each notification).
 */
export function progressReporter({ mcpReq }: ServerContext): (progress: Progress) => void {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  let last = -1;
  let sentAt = Number.NEGATIVE_INFINITY;
  return ({ done, total, message }) => {
    const now = performance.now();
    // Its token is dead: the client has taken the request back, or hung up.
    if (mcpReq.signal.aborted) return;
    if (done <= last || now - sentAt < INTERVAL_MS) return;
    [last, sentAt] = [done, now];
    const params = { progressToken: token, progress: done, message, ...(total === undefined ? {} : { total }) };
    // A client that is gone gets its answer neither.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
