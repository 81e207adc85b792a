import { type ApiClient, followEvents } from '@agent-brain/client/api';
import type { JobStatus } from '@agent-brain/contract/jobs';
import type { Call } from '../call/index.ts';
import { printableJson } from '../terminal/index.ts';
import { instanceStopped } from './instance-stopped.ts';

export type EventWish =
  | { readonly door: 'events'; readonly status?: JobStatus | undefined }
  | { readonly door: 'jobEvents'; readonly id: string };

/**
 * Events as they come, one JSON object a line: for programs, and for pipes.
 * @throws the reason of the call's signal; SHUTTING_DOWN when the instance stops before the job ends
 */
export async function streamEvents(client: ApiClient, wish: EventWish, { signal, terminal }: Call): Promise<void> {
  const input = wish.door === 'jobEvents' ? { params: { id: wish.id } } : {};
  let hasEnded = false;
  for await (const { type, id, job } of followEvents(client, wish.door, input, { signal })) {
    hasEnded = job.completed_at !== null;
    if (wish.door === 'events' && wish.status !== undefined && job.status !== wish.status) continue;
    terminal.stdout.print(printableJson({ event: type, id: id ?? null, job }));
  }
  if (wish.door === 'events' || !hasEnded) throw instanceStopped();
}
