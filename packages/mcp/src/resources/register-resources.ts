import { isAgentBrainError } from '@agent-brain/contract/errors';
import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import type { Connection } from '../connection/index.ts';
import { handlers } from '../tools/index.ts';

/** The resources of the contract: state, folders, and every chunk by its id. */
export function registerResources(server: McpServer, connection: Connection): void {
  server.registerResource(
    'status',
    'agent-brain://status',
    { title: 'State of the index', description: 'The answer of the tool `status`, as JSON', mimeType: 'application/json' },
    async (uri, { mcpReq: { signal } }) => {
      const { structured } = await handlers.status({}, { connection, signal, onProgress: () => {} });
      return json(uri, structured);
    },
  );
  server.registerResource(
    'folders',
    'agent-brain://folders',
    { title: 'Indexed folders', description: 'The folders in the index, with their counts, as JSON', mimeType: 'application/json' },
    async (uri, { mcpReq: { signal } }) => {
      const { isServed } = await connection.outlook();
      return json(uri, isServed ? await connection.call('folders', { query: connection.scope }, { signal }) : { folders: [] });
    },
  );
  server.registerResource(
    'chunk',
    new ResourceTemplate('agent-brain://chunk/{id}', { list: undefined }),
    { title: 'A chunk of a file', description: 'The text of a chunk that search named', mimeType: 'text/plain' },
    async (uri, { id }, { mcpReq: { signal } }) => {
      try {
        const { text } = await connection.call('chunk', { params: { id: String(id) }, query: connection.scope }, { signal });
        return { contents: [{ uri: uri.href, mimeType: 'text/plain', text }] };
      } catch (error) {
        if (isAgentBrainError(error) && error.kind === 'not-found') throw new ResourceNotFoundError(uri.href, error.message);
        throw error;
      }
    },
  );
}

const json = (uri: URL, document: unknown) => ({
  contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(document) }],
});
