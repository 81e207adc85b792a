import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from './listen.ts';
import { portHolder } from './port-holder.ts';

async function takenPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

function appOfTest() {
  const app = fastify();
  onTestFinished(() => app.close());
  return app;
}

describe('listen', () => {
  test('reports the port that was really bound', async () => {
    const { host, port } = await listen(appOfTest(), { host: '127.0.0.1', port: 0 });
    expect(host).toBe('127.0.0.1');
    expect(port).toBeGreaterThan(0);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  });

  test('says that a port is taken', async () => {
    const port = await takenPort();
    await expect(listen(appOfTest(), { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'PORT_TAKEN', data: { port } });
  });

  test('names the process that has the port', async (context) => {
    requirePlatform(context, 'linux');
    const port = await takenPort();
    await expect(listen(appOfTest(), { host: '127.0.0.1', port })).rejects.toMatchObject({
      message: expect.stringContaining(`process ${process.pid}`),
      data: { pid: process.pid },
    });
  });

  test('says that an address is not of this machine', async () => {
    await expect(listen(appOfTest(), { host: '198.51.100.7', port: 0 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      errors: [{ pointer: '/bind_host' }],
    });
  });
});

describe('portHolder', () => {
  test('knows nothing where there is no /proc', async () => {
    await expect(portHolder(80, path.join(temporaryDirectory(), 'none'))).resolves.toBeUndefined();
  });

  test('looks for listening sockets of the port among the descriptors', async (context) => {
    requirePlatform(context, 'linux', 'darwin');
    const proc = temporaryDirectory();
    for (const directory of ['net', '12/fd', '34/fd', 'self/fd']) fs.mkdirSync(path.join(proc, directory), { recursive: true });
    fs.writeFileSync(
      path.join(proc, 'net/tcp'),
      [
        '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
        '   0: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 111 1',
        '   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1',
      ].join('\n'),
    );
    fs.symlinkSync('socket:[111]', path.join(proc, '12/fd/3'));
    fs.symlinkSync('socket:[222]', path.join(proc, '34/fd/3'));
    await expect(portHolder(8080, proc)).resolves.toBe(34);
    await expect(portHolder(8081, proc)).resolves.toBeUndefined();
  });
});
