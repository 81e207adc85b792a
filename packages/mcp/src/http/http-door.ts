import type { Endpoint } from '@agent-brain/client/api';
import { type NodeIncomingMessageLike, type NodeServerResponseLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { EndpointConnection } from '../connection/index.ts';
import { buildServer } from '../mcp-server/index.ts';

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
  const handler = createMcpHandler(({ requestInfo }) => buildServer(new EndpointConnection(endpoint, projectIdOf(requestInfo))), {
    maxRequestBodySize: bodyBytes,
    onerror: onError,
  });
  const handle = toNodeHandler(handler, { maxRequestBodySize: bodyBytes, onerror: onError });
  return { handle, close: () => handler.close() };
}

/** `/mcp?project_id=p_…` */
function projectIdOf(request: Request | undefined): string | undefined {
  if (request === undefined) return undefined;
  return new URL(request.url).searchParams.get('project_id') ?? undefined;
}
