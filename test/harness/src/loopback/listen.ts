import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Listening {
  readonly port: number;
  /** Also when the test ends. */
  close(): Promise<void>;
}

export type Answer = (question: URL, response: http.ServerResponse, request: http.IncomingMessage) => void;

/** Listens on loopback, at any free port unless one is named. */
export async function listen(answer: Answer, { port = 0, host = '127.0.0.1' } = {}): Promise<Listening> {
  const server = http.createServer((request, response) => answer(new URL(request.url ?? '', 'http://x'), response, request));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, close };
}

/** What a client asks an instance to prove itself with. */
export const nonceOf = (question: URL): string => question.searchParams.get('nonce') ?? '';
