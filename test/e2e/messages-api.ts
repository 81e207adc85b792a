import { listen } from '@agent-brain/test-harness/loopback';

interface Block {
  readonly type: string;
  readonly tool_use_id?: string;
  readonly content?: unknown;
}

interface Request {
  readonly model: string;
  readonly tools?: readonly { readonly name: string }[];
  readonly messages: readonly { readonly content: string | readonly Block[] }[];
}

/** What the model of the stub does with a prompt: it calls this tool once and then ends its turn. */
export interface PlannedCall {
  readonly tool: string;
  readonly input: object;
}

/** A Messages API on loopback that streams what a model would: one call of a tool, then a word. No network is asked. */
export class MessagesApi {
  /** Names of all tools that the client offered. */
  readonly offered = new Set<string>();
  /** Results of the call, as the client sent them back. */
  readonly results: string[] = [];
  #port = 0;

  static async start(call: PlannedCall): Promise<MessagesApi> {
    const api = new MessagesApi();
    const { port } = await listen((question, response, request) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (question.pathname !== '/v1/messages') return void response.writeHead(404).end('{}');
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(api.#answer(JSON.parse(Buffer.concat(parts).toString('utf8')) as Request, call));
      });
    });
    api.#port = port;
    return api;
  }

  /** For the environment of Claude Code. */
  get environment(): Record<string, string> {
    return {
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${this.#port}`,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      // All tools are offered at once, instead of through a tool that finds tools.
      ENABLE_TOOL_SEARCH: 'false',
      // The first request waits for the MCP servers, however busy the machine is.
      MCP_CONNECTION_NONBLOCKING: 'false',
      MCP_CONNECT_TIMEOUT_MS: '120000',
      MCP_TIMEOUT: '120000',
    };
  }

  #answer({ model, tools = [], messages }: Request, { tool, input }: PlannedCall): string {
    for (const { name } of tools) this.offered.add(name);
    const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
    const results = blocks.filter((block) => block.type === 'tool_result').map((block) => JSON.stringify(block.content));
    this.results.push(...results);
    const isCalling = results.length === 0 && tools.some(({ name }) => name === tool);
    const block = isCalling ? { type: 'tool_use', id: 'toolu_1', name: tool, input: {} } : { type: 'text', text: '' };
    const delta = isCalling ? { type: 'input_json_delta', partial_json: JSON.stringify(input) } : { type: 'text_delta', text: 'Done.' };
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage };
    const events: Record<string, unknown>[] = [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: isCalling ? 'tool_use' : 'end_turn', stop_sequence: null }, usage },
      { type: 'message_stop' },
    ];
    return events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  }
}
