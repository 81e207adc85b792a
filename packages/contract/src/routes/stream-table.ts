import { z } from 'zod';
import { type Door, streamDoors } from '../doors/index.ts';
import type { ErrorCode } from '../errors/index.ts';
import { projectQuerySchema } from '../projects/index.ts';

export interface EventStream extends Door {
  readonly summary: string;
  readonly description: string;
  readonly params?: z.ZodObject;
  readonly query: z.ZodObject;
  readonly errors: readonly ErrorCode[];
}

const form =
  'Server-sent events `progress`, `completed`, `failed` and `cancelled`; `data` is the job. The first events say how things stand. ' +
  'After a broken connection `Last-Event-ID` goes on where it broke, or begins with how things stand when that is too long ago. ' +
  'A comment every 15 s keeps the connection alive.';

/** Every event stream, once: the server answers them by these ids, OpenAPI is made from them. */
export const streams = {
  events: {
    ...streamDoors.events,
    summary: 'Events of all jobs',
    description: form,
    query: projectQuerySchema,
    errors: ['STREAMS_EXHAUSTED', 'SHUTTING_DOWN'],
  },
  jobEvents: {
    ...streamDoors.jobEvents,
    summary: 'Events of one job',
    description: `${form} The stream ends with the job; 204 says that nothing more will come.`,
    params: z.strictObject({ id: z.string() }),
    query: projectQuerySchema,
    errors: ['JOB_UNKNOWN', 'STREAMS_EXHAUSTED', 'SHUTTING_DOWN'],
  },
} as const satisfies Record<string, EventStream>;

export type StreamId = keyof typeof streams;
