import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface AnsweringServer {
  readonly baseUrl: string;
  readonly seen: SeenRequest[];
  /** Connections that were opened so far. */
  connections(): number;
  close(): Promise<void>;
}

/** A real HTTP server on loopback for tests: records what it is asked and answers by the given handler. */
export async function answeringServer(handler: (request: SeenRequest, response: http.ServerResponse) => void): Promise<AnsweringServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const entry = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      };
      seen.push(entry);
      handler(entry, response);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function answerJson(response: http.ServerResponse, status: number, document: unknown, headers: http.OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers });
  response.end(JSON.stringify(document));
}
