import type { Agent } from 'node:http';
import { type Door, type DoorId, doors, type StreamDoorId, streamDoors } from '@agent-brain/contract/doors';
import { AgentBrainError, catalogue, fromProblem, type Problem } from '@agent-brain/contract/errors';
import type { JobEvent } from '@agent-brain/contract/jobs';
import type { RouteInput, RouteResponse } from '@agent-brain/contract/routes';
import { openEvents } from './event-exchange.ts';
import { type Answer, exchange } from './http-exchange.ts';

export interface Endpoint {
  /** `http://127.0.0.1:45123`, as in the runtime record. */
  readonly baseUrl: string;
  /** Bearer token of the instance. Only for an endpoint that has proven its identity. */
  readonly token?: string | undefined;
}

export interface ApiClientOptions {
  /** How long discovery took; sent along, so that the instance's metrics show it. */
  readonly discoveryMs?: number | undefined;
  /** Which of its projects a shared instance is asked for; a call that names one itself is left alone. */
  readonly projectId?: string | undefined;
  /** Of one call, when the call names none. */
  readonly timeoutMs?: number;
  /** Keep the connection for the next call; then `close()` the client. A command that asks once leaves it off. */
  readonly keepAlive?: boolean;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** The parts that a stream has. */
export interface StreamInput {
  readonly params?: { readonly id: string };
  readonly query?: { readonly project_id?: string };
}

export interface StreamOptions {
  readonly signal?: AbortSignal | undefined;
  /** The id of the last event that was seen; undefined: begin with how things stand. */
  readonly position?: string | undefined;
}

/** A value of a request part as the address line carries it. */
type Scalar = string | number | boolean | undefined;
type Parts = Partial<Record<'params' | 'query', Record<string, Scalar>>> & { body?: unknown };

/**
 * Calls the routes of one instance, typed by the contract's route table. Errors of the server come
 * back as the `AgentBrainError` that it threw.
 */
export class ApiClient {
  readonly #endpoint: Endpoint;
  readonly #options: ApiClientOptions;
  readonly #agent: Agent | false;

  constructor(endpoint: Endpoint, options: ApiClientOptions = {}) {
    this.#endpoint = endpoint;
    this.#options = options;
    const http = process.getBuiltinModule('node:http');
    this.#agent = options.keepAlive === true ? new http.Agent({ keepAlive: true, maxSockets: 8 }) : false;
  }

  /**
   * @param input the parts (`params`, `query`, `body`) that the route has
   * @throws what the server threw; INSTANCE_NOT_RUNNING, INSTANCE_NO_ANSWER, RESPONSE_INVALID; the signal's reason
   */
  async call<Id extends DoorId>(id: Id, input: RouteInput<Id>, options: CallOptions = {}): Promise<RouteResponse<Id>> {
    const door: Door = doors[id];
    const parts = this.#forProject(door, input);
    const body = parts.body === undefined ? undefined : JSON.stringify(parts.body);
    const answer = await exchange({
      ...this.#address(),
      method: door.method,
      path: renderPath(door.path, parts),
      headers: this.#headers(door, body),
      body,
      timeoutMs: options.timeoutMs ?? this.#options.timeoutMs ?? 30_000,
      signal: options.signal,
      agent: this.#agent,
    });
    return readAnswer(answer, door) as RouteResponse<Id>;
  }

  /**
   * The events of one connection; ends when the instance ends it.
   * @throws as {@link call}, when it begins and when the connection breaks
   */
  async *stream(id: StreamDoorId, input: StreamInput = {}, options: StreamOptions = {}): AsyncGenerator<JobEvent, void> {
    const door: Door = streamDoors[id];
    const headers = { ...this.#headers(door, undefined), accept: 'text/event-stream' };
    const opened = await openEvents({
      ...this.#address(),
      path: renderPath(door.path, this.#forProject(door, input)),
      headers: options.position === undefined ? headers : { ...headers, 'last-event-id': options.position },
      signal: options.signal,
    });
    if (!('answer' in opened)) yield* opened;
    else if (opened.answer.status !== 204) readAnswer(opened.answer, door);
  }

  /** Ends kept connections. */
  close(): void {
    if (this.#agent !== false) this.#agent.destroy();
  }

  #forProject(door: Door, parts: Parts): Parts {
    const { projectId } = this.#options;
    if (projectId === undefined || door.project === undefined) return parts;
    const part = (parts[door.project] ?? {}) as Record<string, Scalar>;
    // A question to several projects names them all.
    if (part['project_id'] !== undefined || part['project_ids'] !== undefined) return parts;
    return { ...parts, [door.project]: { ...part, project_id: projectId } };
  }

  #address(): { host: string; port: number } {
    const { hostname, port } = new URL(this.#endpoint.baseUrl);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  }

  #headers(door: Door, body: string | undefined): Record<string, string | number> {
    const headers: Record<string, string | number> = { accept: 'application/json' };
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = Buffer.byteLength(body);
    }
    if (door.auth && this.#endpoint.token !== undefined) headers['authorization'] = `Bearer ${this.#endpoint.token}`;
    if (this.#options.discoveryMs !== undefined) headers['x-agent-brain-discovery-ms'] = this.#options.discoveryMs.toFixed(1);
    return headers;
  }
}

function renderPath(template: string, parts: Parts): string {
  const path = template.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(parts.params?.[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

function readAnswer(answer: Answer, door: Door): unknown {
  let document: unknown;
  try {
    document = JSON.parse(answer.text);
  } catch (cause) {
    throw notUnderstood(answer, door, 'it is not JSON', cause);
  }
  if (answer.status >= 200 && answer.status < 300) return document;
  if (!isProblem(document)) throw notUnderstood(answer, door, 'it is no problem document');
  throw fromProblem({ ...document, retry_after_s: document.retry_after_s ?? answer.retryAfterS });
}

/** A code that this version does not know would have no kind to act on, so it counts as not understood. */
const isProblem = (document: unknown): document is Problem =>
  typeof document === 'object' &&
  document !== null &&
  'code' in document &&
  'detail' in document &&
  typeof document.detail === 'string' &&
  typeof document.code === 'string' &&
  Object.hasOwn(catalogue, document.code);

function notUnderstood(answer: Answer, door: Door, why: string, cause?: unknown): AgentBrainError {
  return new AgentBrainError('RESPONSE_INVALID', `${door.method} ${door.path} was answered with status ${answer.status}, and ${why}`, {
    data: { status: answer.status, content_type: answer.contentType, excerpt: answer.text.slice(0, 200) },
    cause,
  });
}
