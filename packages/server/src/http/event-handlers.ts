import { AgentBrainError } from '@agent-brain/contract/errors';
import { type Job, type JobEvent, jobEventType } from '@agent-brain/contract/jobs';
import { type EventStream as StreamRoute, type StreamId, streams } from '@agent-brain/contract/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ProjectLease } from '../projects/index.ts';
import { EventStream, type EventStreamOptions } from './event-stream.ts';
import type { TransportLimits } from './limits.ts';
import type { Service } from './service.ts';

/** More waiting jobs than these are not in a first look; the list has them. */
const SNAPSHOT_JOBS = 1_000;

type StreamHandler = (lease: ProjectLease, request: FastifyRequest, reply: FastifyReply) => FastifyReply;
type StreamView = Pick<EventStreamOptions, 'position' | 'snapshot' | 'accepts' | 'isLast'>;

const asEvent = (job: Job): JobEvent => ({ type: jobEventType(job), job });
const hasEnded = (job: Job): boolean => job.completed_at !== null;

/**
 * The event streams of the contract's table. Each keeps its project in memory; they end when the door closes, or the project
 * is served no longer.
 */
export function registerEventStreams(app: FastifyInstance, service: Service, limits: TransportLimits): void {
  const open = new OpenStreams(service.metrics, limits);
  app.addHook('preClose', async () => open.end());

  const route = (id: StreamId, handler: StreamHandler): void => {
    const stream: StreamRoute = streams[id];
    app.route({
      method: stream.method,
      url: stream.path,
      schema: { querystring: stream.query, ...(stream.params === undefined ? {} : { params: stream.params }) },
      config: { stream: true },
      handler: async (request, reply) => {
        const lease = await service.projects.lease((request.query as { project_id?: string }).project_id);
        try {
          const begun = handler(lease, request, reply);
          return await begun;
        } catch (error) {
          lease.release();
          throw error;
        }
      },
    });
  };

  route('events', (lease, request, reply) => {
    const { queue } = lease.project;
    const standing = (): JobEvent[] =>
      (['running', 'queued'] as const).flatMap((status) => queue.list({ status, limit: SNAPSHOT_JOBS, offset: 0 }).jobs.map(asEvent));
    return open.begin(reply, lease, { position: positionOf(request), snapshot: standing, accepts: () => true, isLast: () => false });
  });

  route('jobEvents', (lease, request, reply) => {
    const { queue } = lease.project;
    const { id } = request.params as { id: string };
    const job = queue.get(id);
    const position = positionOf(request);
    const isOwn = (event: JobEvent): boolean => event.job.id === id;
    const missed = position === undefined ? undefined : queue.feed.after(position)?.filter(isOwn);
    // Tells a browser not to come again (HTML, "Server-sent events", 9.2.2).
    if (hasEnded(job) && missed?.length === 0) {
      lease.release();
      return reply.code(204).send();
    }
    return open.begin(reply, lease, {
      position,
      snapshot: () => [asEvent(queue.get(id))],
      accepts: isOwn,
      isLast: (event) => hasEnded(event.job),
    });
  });
}

class OpenStreams {
  readonly #streams = new Set<EventStream>();
  readonly #metrics: Service['metrics'];
  readonly #limits: TransportLimits;

  constructor(metrics: Service['metrics'], limits: TransportLimits) {
    this.#metrics = metrics;
    this.#limits = limits;
  }

  /** The stream releases the lease at its end. @throws STREAMS_EXHAUSTED */
  begin(reply: FastifyReply, lease: ProjectLease, view: StreamView): FastifyReply {
    const { size } = this.#streams;
    if (size >= this.#limits.eventStreams)
      throw new AgentBrainError('STREAMS_EXHAUSTED', `${size} event streams are open, which is the limit`, { retryAfterS: 5 });
    reply.hijack();
    const response = reply.raw;
    const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } as Record<string, string>;
    response.writeHead(200, headers);
    const end = (): void => stream.end();
    const stream = new EventStream({
      ...view,
      response,
      feed: lease.project.queue.feed,
      heartbeatMs: this.#limits.heartbeatMs,
      onEnd: () => {
        this.#streams.delete(stream);
        this.#metrics.eventStreams = this.#streams.size;
        lease.signal.removeEventListener('abort', end);
        lease.release();
      },
    });
    this.#streams.add(stream);
    this.#metrics.eventStreams = this.#streams.size;
    lease.signal.addEventListener('abort', end);
    stream.begin();
    if (lease.signal.aborted) end();
    return reply;
  }

  end(): void {
    for (const stream of this.#streams) stream.end();
  }
}

function positionOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['last-event-id'];
  return typeof given === 'string' && given !== '' ? given : undefined;
}
