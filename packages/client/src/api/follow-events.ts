import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamDoorId } from '@agent-brain/contract/doors';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import type { JobEvent } from '@agent-brain/contract/jobs';
import type { ApiClient, StreamInput } from './api-client.ts';

const MAX_LOSSES = 3;
const FIRST_PAUSE_MS = 250;

/**
 * The events of a stream, over connections that break: after each break it goes on where it was. Ends
 * when the instance ends it: the job has ended, or the instance stops.
 * @throws what opening the stream throws, after three losses in a row; the signal's reason
 */
export async function* followEvents(
  client: ApiClient,
  id: StreamDoorId,
  input: StreamInput,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<JobEvent, void> {
  let position: string | undefined;
  for (let losses = 0; ; losses += 1) {
    try {
      for await (const event of client.stream(id, input, { signal, position })) {
        position = event.id ?? position;
        losses = 0;
        yield event;
      }
      return;
    } catch (error) {
      const isLoss = isAgentBrainError(error) && error.code === 'INSTANCE_NO_ANSWER';
      if (!isLoss || losses >= MAX_LOSSES) throw error;
    }
    await pause(FIRST_PAUSE_MS * 2 ** losses, signal);
  }
}

/** The reason of the signal, not the timer's own AbortError, is what callers compare with. */
export async function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(durationMs, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
