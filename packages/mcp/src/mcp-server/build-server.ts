import { asAgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import { type ToolName, toolNames, type ToolSpec, tools } from '@agent-brain/contract/tools';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { type CallToolResult, McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { printableLine } from '@agent-brain/runtime/printable';
import type { Connection } from '../connection/index.ts';
import { registerPrompts } from '../prompts/index.ts';
import { registerResources } from '../resources/index.ts';
import { handlers, type ToolAnswer, type ToolCall } from '../tools/index.ts';
import { instructions } from './instructions.ts';
import { progressReporter } from './progress-reporter.ts';

/** Lists change only with the version of the program. */
const LIST_TTL_MS = 3_600_000;

/** One MCP server over one connection. Cheap to make: a stateless HTTP door makes one per request. */
export function buildServer(connection: Connection): McpServer {
  const lasting = { ttlMs: LIST_TTL_MS, cacheScope: 'public' } as const;
  const server = new McpServer(
    { name: 'agent-brain', title: 'Agent Brain', version: PRODUCT_VERSION },
    {
      instructions,
      capabilities: { tools: { listChanged: false }, resources: { listChanged: false }, prompts: { listChanged: false } },
      cacheHints: {
        'tools/list': lasting,
        'prompts/list': lasting,
        'resources/list': lasting,
        'resources/templates/list': lasting,
        'server/discover': lasting,
      },
    },
  );
  for (const name of toolNames) registerTool(server, name, connection);
  registerResources(server, connection);
  registerPrompts(server);
  return server;
}

function registerTool(server: McpServer, name: ToolName, connection: Connection): void {
  const { title, description, input, output, annotations }: ToolSpec = tools[name];
  // Which handler belongs to which input, the table's own type says; a loop over it cannot.
  const handle = handlers[name] as (input: unknown, call: ToolCall) => Promise<ToolAnswer<Record<string, unknown>>>;
  server.registerTool(name, { title, description, inputSchema: input, outputSchema: output, annotations }, async (given, context) => {
    const call: ToolCall = { connection, signal: context.mcpReq.signal, onProgress: progressReporter(context) };
    try {
      const { structured, text } = await handle(given, call);
      return { content: [{ type: 'text', text }], structuredContent: structured };
    } catch (thrown) {
      return failed(thrown, context);
    }
  });
}

/** An error that the model can act on is an answer of the tool, not of the protocol. */
function failed(thrown: unknown, { mcpReq: { signal } }: ServerContext): CallToolResult {
  if (signal.aborted && !isAgentBrainError(thrown)) throw thrown;
  const { code, message, hint, errors = [] } = asAgentBrainError(thrown);
  const fields = errors.map((field) => `${field.pointer}: ${field.message}`);
  return { isError: true, content: [{ type: 'text', text: [`${message} [${code}]`, ...fields, hint].map(printableLine).join('\n') }] };
}
