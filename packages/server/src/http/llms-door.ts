import { llmsIntroduction, llmsSection } from '@agent-brain/contract/llms';
import type { FastifyInstance } from 'fastify';

const text = [
  llmsIntroduction,
  'This is a running instance: it serves one project on this machine. `GET /health` and the pages below want no token; everything else wants `Authorization: Bearer` with `token` of `runtime.json` in the state directory of the project. Do not ask people for the token, and do not put it into a URL.\n',
  llmsSection('HTTP API', [
    ['OpenAPI 3.1', '/openapi.json', 'every route, message and error code'],
    ['API pages', '/docs', 'the same in a browser'],
    ['Health', '/health', 'whether the instance lives, and which one it is'],
    ['Status', '/health/status', 'what is indexed, how fresh it is, what is going on (token)'],
  ]),
  llmsSection('MCP', [['Streamable HTTP', '/mcp', 'the same tools as `agent-brain mcp` (token)']]),
].join('\n');

/** `/llms.txt`: what an agent should know that comes upon this port. Names no project: it is open. */
export function registerLlmsText(app: FastifyInstance): void {
  app.get('/llms.txt', { config: { open: true, quiet: true } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(text),
  );
}
