import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { problemSchema } from '@agent-brain/contract/problem';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeInstance, fakeInstance } from '../fixtures/index.ts';
import { buildApp, defaultLimits } from './index.ts';

const limits = {
  ...defaultLimits,
  headersTimeoutMs: 400,
  requestTimeoutMs: 800,
  timeoutCheckMs: 20,
  connections: { unauthenticated: 8, authenticated: 8 },
};
let instance: FakeInstance;
let app: FastifyInstance;
let port: number;
beforeEach(async () => {
  instance = fakeInstance();
  app = buildApp(instance.service, limits);
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
  instance.address = { host: '127.0.0.1', port };
});
afterEach(async () => {
  app.server.closeAllConnections();
  await app.close();
});

/** Sends bytes as they are and collects what comes back until the server closes. */
async function exchange(...parts: string[]): Promise<{ status: number; head: string; body: string }> {
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  socket
    .setEncoding('utf8')
    .on('data', (data: string) => (received += data))
    .on('error', () => {});
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  const [head = '', body = ''] = received.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body };
}

const own = () => `Host: 127.0.0.1:${port}\r\n`;
const closing = 'Connection: close\r\n';
const code = ({ body }: { body: string }) => problemSchema.parse(JSON.parse(body)).code;

describe('slow and oversized requests (checklist 10)', () => {
  test('headers that do not end are answered 408 and closed', async () => {
    const answer = await exchange('GET /health HTTP/1.1\r\nHost: 127.');
    expect([answer.status, code(answer)]).toEqual([408, 'REQUEST_TIMEOUT']);
    expect(answer.head).toMatch(/x-request-id: [0-9a-f-]{36}/);
  });

  test('a body that does not come is answered 408 and closed', async () => {
    const answer = await exchange(
      `POST /query HTTP/1.1\r\n${own()}Authorization: Bearer ${instance.service.token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"que`,
    );
    expect([answer.status, code(answer)]).toEqual([408, 'REQUEST_TIMEOUT']);
  });

  test('slow connections do not keep others waiting', async () => {
    let slowOnesEnded = 0;
    const slow = Array.from({ length: 4 }, () => exchange('GET /health HTTP/1.1\r\n').then(() => (slowOnesEnded += 1)));
    expect((await exchange(`GET /health HTTP/1.1\r\n${own()}${closing}\r\n`)).status).toBe(200);
    expect(slowOnesEnded).toBe(0);
    await Promise.all(slow);
  });

  test('headers over the limit are answered 413', async () => {
    const answer = await exchange(`GET /health HTTP/1.1\r\n${own()}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect([answer.status, code(answer)]).toEqual([413, 'REQUEST_TOO_LARGE']);
  });

  test('a body that is announced too large is refused before it is sent', async () => {
    const answer = await exchange(
      `POST /query HTTP/1.1\r\n${own()}Authorization: Bearer ${instance.service.token}\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`,
    );
    expect([answer.status, code(answer)]).toEqual([413, 'REQUEST_TOO_LARGE']);
  });

  test('a chunked body that grows too large is refused', async () => {
    const part = 'x'.repeat(65_536);
    const answer = await exchange(
      `POST /query HTTP/1.1\r\n${own()}Authorization: Bearer ${instance.service.token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 17 }, () => `10000\r\n${part}\r\n`),
    );
    expect([answer.status, code(answer)]).toEqual([413, 'REQUEST_TOO_LARGE']);
  });

  test('a refused connection that its peer keeps open is closed all the same', async () => {
    const stubborn = ['GET /health HTTP/1.1\r\n', 'not http\r\n\r\n'].map((text) => {
      const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
      socket.write(text);
      return socket;
    });
    const count = () => new Promise<number>((resolve) => app.server.getConnections((_, connections) => resolve(connections)));
    await waitUntil('both are counted', async () => (await count()) === 2);
    await waitUntil('both are gone', async () => (await count()) === 0);
    for (const socket of stubborn) socket.destroy();
  });

  test('connections that say nothing make room: a request is served, and nobody fills the log by that', async () => {
    const held = Array.from({ length: 40 }, () => net.connect(port, '127.0.0.1').on('error', () => {}));
    await waitUntil('most were closed', () => instance.service.metrics.connectionsEvicted >= 32);
    expect((await exchange(`GET /health HTTP/1.1\r\n${own()}${closing}\r\n`)).status).toBe(200);
    for (const socket of held) socket.destroy();
    const reports = instance.lines.filter(({ message }) => message.includes('too many'));
    expect(reports).toEqual([expect.objectContaining({ level: 'warn', fields: { count: expect.any(Number) } })]);
  });

  test('a connection that has shown the token is kept beside any number of others', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (): Promise<net.Socket> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${instance.service.token}` };
        http
          .get({ port, host: '127.0.0.1', path: '/health/status', agent, headers }, (response) => {
            response.resume().once('end', () => resolve(response.socket));
          })
          .once('error', reject);
      });
    const first = await ask();
    const held = Array.from({ length: 40 }, () => net.connect(port, '127.0.0.1').on('error', () => {}));
    await waitUntil('most were closed', () => instance.service.metrics.connectionsEvicted >= 32);
    expect(await ask()).toBe(first);
    for (const socket of held) socket.destroy();
    agent.destroy();
  });

  test('requests without a token are logged up to a bound, and the rest as a number', async () => {
    const refused = `GET /health/status HTTP/1.1\r\n${own()}\r\n`;
    await exchange(...Array.from({ length: 200 }, () => refused), `GET /health/status HTTP/1.1\r\n${own()}${closing}\r\n`);
    expect(instance.lines.filter(({ message }) => message === 'request').length).toBeLessThan(120);
  });
});

describe('what only a raw socket can say', () => {
  test.each([
    ['no Host', ''],
    ['two Hosts', 'Host: 127.0.0.1:PORT\r\nHost: evil.test\r\n'],
    ['the same Host twice', 'Host: 127.0.0.1:PORT\r\nHost: 127.0.0.1:PORT\r\n'],
  ])('%s is misdirected', async (_name, headers) => {
    const answer = await exchange(`GET /health HTTP/1.1\r\n${headers.replaceAll('PORT', String(port))}${closing}\r\n`);
    expect(answer.status).toBe(421);
  });

  test.each(['127.0.0.1', '[::1]', 'LocalHost', '127.0.0.1:80'])(
    '%s is the server on port 80, whose number clients leave out',
    async (host) => {
      const get = async () => (await exchange(`GET /health HTTP/1.1\r\nHost: ${host}\r\n${closing}\r\n`)).status;
      expect(await get()).toBe(421);
      instance.address = { host: '127.0.0.1', port: 80 };
      expect(await get()).toBe(200);
      expect((await exchange(`GET /health HTTP/1.1\r\nHost: evil.test\r\n${closing}\r\n`)).status).toBe(421);
    },
  );

  test('two Authorization headers are none', async () => {
    const right = `Authorization: Bearer ${instance.service.token}\r\n`;
    expect((await exchange(`GET /health/status HTTP/1.1\r\n${own()}${right}${right}${closing}\r\n`)).status).toBe(401);
  });

  test.each(['http://evil.test/health', 'http://127.0.0.1/health', '//evil.test/health', 'evil.test:80'])(
    'the request target %s reaches nothing',
    async (target) => {
      const answer = await exchange(`GET ${target} HTTP/1.1\r\n${own()}${closing}\r\n`);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toContain(instance.service.instanceId);
    },
  );

  test('what is not HTTP is answered 400', async () => {
    const answer = await exchange('\x16\x03\x01 hello\r\n\r\n');
    expect([answer.status, code(answer)]).toEqual([400, 'REQUEST_INVALID']);
  });

  test('a request that is smuggled behind two lengths is refused', async () => {
    const answer = await exchange(
      `POST /query HTTP/1.1\r\n${own()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`,
    );
    expect([answer.status, code(answer)]).toEqual([400, 'REQUEST_INVALID']);
  });

  test('an expectation that nobody knows gets past no guard', async () => {
    const answer = await exchange(`GET /health/status HTTP/1.1\r\n${own()}Expect: the-unexpected\r\n${closing}\r\n`);
    expect([answer.status, code(answer)]).toEqual([401, 'TOKEN_INVALID']);
  });

  test('a WebSocket upgrade of a foreign page is refused', async () => {
    const answer = await exchange(
      `GET /health HTTP/1.1\r\n${own()}Origin: http://evil.test\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n`,
    );
    expect(answer.status).toBe(403);
  });
});

test('a shutdown that names this instance begins after its answer is out, on a closed connection', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/admin/shutdown`, {
    method: 'POST',
    headers: { authorization: `Bearer ${instance.service.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ instance_id: instance.service.instanceId }),
  });
  expect([answer.status, answer.headers.get('connection')]).toEqual([202, 'close']);
  await waitUntil('the stop was asked for', () => instance.stops.length === 1);
});
