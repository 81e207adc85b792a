import { ApiClient, type Endpoint } from '@agent-brain/client/api';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { type NodeIncomingMessageLike, type NodeServerResponseLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { EndpointConnection } from '../connection/index.ts';
import { buildServer } from '../mcp-server/index.ts';
import { OpenRequests } from './open-requests.ts';

export interface HttpDoorOptions {
  /** The instance itself: an MCP request becomes requests of the HTTP API, with their validation, limits and log. */
  readonly endpoint: Endpoint;
  /** Longest body, in bytes. */
  readonly bodyBytes: number;
  readonly onError: (error: Error) => void;
}

/** Streamable HTTP, without sessions: the guards of the transport are the caller's. */
export interface HttpDoor {
  handle(request: NodeIncomingMessageLike, response: NodeServerResponseLike): Promise<void>;
  /** Ends what is open. */
  close(): Promise<void>;
}

export function openHttpDoor({ endpoint, bodyBytes, onError }: HttpDoorOptions): HttpDoor {
  const closing = new AbortController();
  const client = new ApiClient(endpoint, { keepAlive: true });
  const open = new OpenRequests();
  const handler = createMcpHandler(
    ({ requestInfo }) =>
      open.served(buildServer(new EndpointConnection(client, { projectId: projectIdOf(requestInfo), closing: closing.signal }))),
    { maxRequestBodySize: bodyBytes, onerror: onError },
  );
  const handle = toNodeHandler(
    { fetch: (request, options) => open.follow(request, () => handler.fetch(request, options)) },
    { maxRequestBodySize: bodyBytes, onerror: onError },
  );
  return {
    handle,
    async close() {
      closing.abort(new AgentBrainError('SHUTTING_DOWN', 'The call was not finished — the instance is stopping', { retryAfterS: 1 }));
      await handler.close();
      client.close();
    },
  };
}

/** `/mcp?project_id=p_…` */
function projectIdOf(request: Request | undefined): string | undefined {
  if (request === undefined) return undefined;
  return new URL(request.url).searchParams.get('project_id') ?? undefined;
}
