import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import type { FastifyInstance } from 'fastify';
import { PAGE_HEADERS } from './docs-door.ts';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Agent Brain</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }</style>
<h1>Agent Brain ${PRODUCT_VERSION}</h1>
<p>This is a running instance: it answers questions about the code and documents of a project on this machine. It has no pages for
searching; editors, agents and the command line use it.</p>
<ul>
<li><a href="/docs">API pages</a>, where every request can be tried out</li>
<li><a href="/openapi.json">OpenAPI description</a></li>
<li><a href="/health">Health</a></li>
<li><a href="/llms.txt">Notes for agents</a></li>
</ul>
<p>On the command line, in the folder of the project: <code>agent-brain query "where is the lock taken"</code>.</p>
</html>
`;

/** `/`: what a person sees who opens the address in a browser. Names no project, because it is open. */
export function registerFrontPage(app: FastifyInstance): void {
  app.get('/', { config: { open: true, quiet: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').headers(PAGE_HEADERS).send(page),
  );
}
