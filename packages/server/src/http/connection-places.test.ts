import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ConnectionPlaces } from './connection-places.ts';

const limits = { unauthenticated: 4, authenticated: 3 };
let port: number;
let server: http.Server;
let evicted: number;

/** `/in` shows the token, `/wait` is never answered, anything else is answered at once. */
beforeEach(async () => {
  evicted = 0;
  server = http.createServer({ keepAliveTimeout: 600_000 }, ({ url, socket }, response) => {
    if (url === '/in') places.authenticate(socket);
    if (url !== '/wait') response.end(url);
  });
  const places = new ConnectionPlaces(server, limits, (count) => (evicted += count));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
});

interface Client {
  readonly socket: net.Socket;
  received: string;
  isClosed: boolean;
}

/** Connects and sends the beginning of a conversation. */
async function connect(bytes = ''): Promise<Client> {
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  const client: Client = { socket, received: '', isClosed: false };
  socket.on('data', (data: unknown) => (client.received += String(data)));
  socket.on('error', () => {});
  socket.on('close', () => (client.isClosed = true));
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  if (bytes !== '') socket.write(bytes);
  return client;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const closedOf = (clients: readonly Client[]): number[] => clients.flatMap(({ isClosed }, index) => (isClosed ? [index] : []));
const answered = (client: Client): Promise<unknown> => waitUntil('the answer', () => client.received.includes('200 OK'));

async function connectInTurn(count: number, bytes = ''): Promise<Client[]> {
  const clients: Client[] = [];
  for (let n = 0; n < count; n += 1) {
    clients.push(await connect(bytes));
    await waitUntil('the server has it, or has closed another', async () => (await accepted()) + evicted >= n + 1);
  }
  return clients;
}

const accepted = (): Promise<number> => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));

test.each([
  ['says nothing', ''],
  ['does not end its headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-'],
  ['does not end its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc'],
  ['has its answer', get('/')],
])('the oldest connection that %s makes room for a newer one', async (_what, bytes) => {
  const clients = await connectInTurn(7, bytes);
  await waitUntil('three are closed', () => closedOf(clients).length === 3);
  expect(closedOf(clients)).toEqual([0, 1, 2]);
  const newest = await connect(get('/'));
  await answered(newest);
});

test('a connection that has shown the token keeps its place, however many others come', async () => {
  const own = await connect(get('/in'));
  await answered(own);
  const others = await connectInTurn(40);
  await waitUntil('the others made room for each other', () => closedOf(others).length === 36);
  own.received = '';
  own.socket.write(get('/again'));
  await answered(own);
  expect(own.isClosed).toBe(false);
});

test('a connection that waits for its answer goes after those that are idle, although it is older', async () => {
  const waiting = await connect(get('/wait'));
  const idle = await connectInTurn(6);
  await waitUntil('three are closed', () => closedOf(idle).length === 3);
  expect(waiting.isClosed).toBe(false);
});

test('when all of them wait for an answer, the oldest goes', async () => {
  const clients = await connectInTurn(6, get('/wait'));
  await waitUntil('two are closed', () => closedOf(clients).length === 2);
  expect(closedOf(clients)).toEqual([0, 1]);
});

test('of the connections that have shown the token, only idle ones are closed', async () => {
  const busy = await connect(get('/in'));
  await answered(busy);
  busy.socket.write(get('/wait'));
  const others: Client[] = [];
  for (let n = 0; n < 3; n += 1) {
    const client = await connect(get('/in'));
    await answered(client);
    others.push(client);
  }
  await waitUntil('one is closed', () => closedOf(others).length === 1);
  expect([busy.isClosed, closedOf(others)]).toEqual([false, [0]]);
});

test('each request of a burst that is accepted at once is read before its connection can be closed', async () => {
  const clients = await Promise.all(Array.from({ length: 24 }, () => connect(get('/in'))));
  await waitUntil('all are answered', () => clients.every(({ received }) => received.includes('200 OK')));
});
