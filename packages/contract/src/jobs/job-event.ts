import type { Job } from './job.ts';

/** `progress` is every state that is not an end: queued, started, further, put back. */
export const jobEventTypes = ['progress', 'completed', 'failed', 'cancelled'] as const;
export type JobEventType = (typeof jobEventTypes)[number];

/** One event of `GET /index/events` and `GET /index/jobs/{id}/events`; on the wire `event:`, `id:` and `data:` (the job). */
export interface JobEvent {
  readonly type: JobEventType;
  /** Where to go on after a broken connection (`Last-Event-ID`); absent in all but the last event of a first look. */
  readonly id?: string;
  readonly job: Job;
}

export const jobEventType = ({ status }: Pick<Job, 'status'>): JobEventType =>
  status === 'queued' || status === 'running' ? 'progress' : status;
