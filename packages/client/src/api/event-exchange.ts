import type { IncomingMessage } from 'node:http';
import type { JobEvent } from '@agent-brain/contract/jobs';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { type Answer, collect, connectionError, type Exchange } from './http-exchange.ts';

// As in http-exchange: an `import` of it would load what no command needs.
const http = process.getBuiltinModule('node:http');

/** Three missed heartbeats: nobody is there any more. */
const SILENCE_MS = 45_000;
/** Longest event that is taken into memory, in characters. */
const MAX_EVENT = 16 * 1024 * 1024;

export type EventRequest = Pick<Exchange, 'host' | 'port' | 'path' | 'headers' | 'signal'>;

/** What came instead of a stream: a problem, or 204. */
export interface NoStream {
  readonly answer: Answer;
}

/**
 * Opens a stream of server-sent events.
 * @throws as `exchange`
 */
export async function openEvents(request: EventRequest): Promise<AsyncGenerator<JobEvent, void> | NoStream> {
  const full: Exchange = { ...request, method: 'GET', body: undefined, timeoutMs: SILENCE_MS, agent: false };
  const response = await begin(full);
  if (response.statusCode !== 200) return { answer: await collect(response, full) };
  return readEvents(response, full);
}

function begin(request: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.signal?.throwIfAborted();
    const { host, port, path, headers } = request;
    const outgoing = http.request({ host, port, path, headers, agent: false, timeout: SILENCE_MS });
    const abort = (): void => void outgoing.destroy(request.signal?.reason as Error);
    request.signal?.addEventListener('abort', abort, { once: true });
    outgoing.on('timeout', () =>
      outgoing.destroy(new AgentBrainError('INSTANCE_NO_ANSWER', `${request.path} was silent for ${SILENCE_MS / 1000} s`)),
    );
    outgoing.on('error', (error) => reject(asStreamError(error, request)));
    outgoing.on('close', () => request.signal?.removeEventListener('abort', abort));
    outgoing.on('response', resolve);
    outgoing.end();
  });
}

async function* readEvents(response: IncomingMessage, request: Exchange): AsyncGenerator<JobEvent, void> {
  let rest = '';
  response.setEncoding('utf8');
  try {
    for await (const text of response) {
      const blocks = `${rest}${String(text)}`.split('\n\n');
      rest = blocks.pop() ?? '';
      if (rest.length > MAX_EVENT)
        throw new AgentBrainError('RESPONSE_INVALID', `An event of ${request.path} is longer than ${MAX_EVENT} characters`);
      for (const block of blocks) {
        const event = readEvent(block, request);
        if (event !== undefined) yield event;
      }
    }
  } catch (error) {
    throw asStreamError(error, request);
  } finally {
    response.destroy();
  }
}

/** Comments and fields that say nothing to us give no event. */
function readEvent(block: string, request: Exchange): JobEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  const id = fields.get('id');
  try {
    return { type: fields.get('event') as JobEvent['type'], job: JSON.parse(data) as JobEvent['job'], ...(id === undefined ? {} : { id }) };
  } catch (cause) {
    throw new AgentBrainError('RESPONSE_INVALID', `An event of ${request.path} is not JSON`, {
      data: { excerpt: data.slice(0, 200) },
      cause,
    });
  }
}

function asStreamError(error: unknown, request: Exchange): unknown {
  if (request.signal?.aborted === true) return request.signal.reason;
  return error instanceof AgentBrainError ? error : connectionError(error as NodeJS.ErrnoException, request);
}
