import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Transformer } from 'node:stream/web';
import type { McpServer } from '@modelcontextprotocol/server';

/** One request whose answer is not complete. */
interface OpenRequest {
  /** Session and id of the request; several clients may use the same id. */
  readonly key: string;
  server: McpServer | undefined;
}

type Fetch = () => Promise<Response>;

const SESSION_HEADER = 'mcp-session-id';

/**
 * Lets `notifications/cancelled` reach the request that it means. In the protocols of 2025 it comes in a request of its own, and
 * each request is served by a server of its own, which knows of no other. To tell clients apart that number their requests alike,
 * `initialize` is answered with a session id; nothing is kept for it, so that any id goes on to work after a restart.
 */
export class OpenRequests {
  readonly #open = new Set<OpenRequest>();
  readonly #current = new AsyncLocalStorage<OpenRequest>();

  /** Notes who serves the request that is being followed. */
  served(server: McpServer): McpServer {
    const current = this.#current.getStore();
    if (current !== undefined) current.server = server;
    return server;
  }

  /** @param fetch answers the request */
  async follow(request: Request, fetch: Fetch): Promise<Response> {
    const message = await messageOf(request);
    const session = request.headers.get(SESSION_HEADER) ?? '';
    if (message.method === 'notifications/cancelled') await this.#cancel(keyOf(session, message.params?.requestId));
    if (message.id === undefined) return fetch();
    const open: OpenRequest = { key: keyOf(session, message.id), server: undefined };
    this.#open.add(open);
    const response = await this.#current.run(open, fetch).catch((error: unknown) => {
      this.#open.delete(open);
      throw error;
    });
    if (message.method === 'initialize' && session === '') response.headers.set(SESSION_HEADER, randomUUID());
    return withEnd(response, () => this.#open.delete(open));
  }

  /** Of clients that send no session id two may mean the same number; then neither request is ended. */
  async #cancel(key: string): Promise<void> {
    const [meant, ...others] = [...this.#open].filter((open) => open.key === key);
    if (meant === undefined || others.length > 0) return;
    this.#open.delete(meant);
    await meant.server?.close();
  }
}

const keyOf = (session: string, id: unknown): string => `${session} ${JSON.stringify(id)}`;

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly requestId?: unknown };
}

/** What is no message, the library refuses. */
async function messageOf(request: Request): Promise<Message> {
  try {
    const message: unknown = await request.clone().json();
    return typeof message === 'object' && message !== null ? message : {};
  } catch {
    return {};
  }
}

/** The same response, which says when its body has ended or was given up. */
function withEnd(response: Response, onEnd: () => void): Response {
  if (response.body === null) {
    onEnd();
    return response;
  }
  const body = response.body.pipeThrough(new TransformStream({ flush: onEnd, cancel: onEnd } as Transformer));
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
}
