import { execFileSync } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { daemonRecordOf, healthOf } from '@agent-brain/test-harness/instance-records';
import { type Answer, listen, type Listening, nonceOf } from '@agent-brain/test-harness/loopback';
import { requireNamespaces, requirePlatform, requireRoot } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { healthProof, newInstanceId, newToken } from '../discovery/index.ts';
import { acquireLock } from '../locks/index.ts';
import { identifyProcess, selfIdentity } from '../process/index.ts';
import { askToStop } from './ask-to-stop.ts';
import { Home } from './fixtures/plant.ts';
import { sweepOrphans } from './index.ts';

beforeEach((context) => requirePlatform(context, 'linux', 'darwin'));

/** A server that writes down every request with its credentials. */
async function overhear(answer: Answer, port?: number): Promise<Listening & { heard: string[] }> {
  const heard: string[] = [];
  const listening = await listen(
    (question, response, request) => {
      heard.push(`${request.method} ${request.headers.authorization ?? 'without a token'}`);
      answer(question, response, request);
    },
    port === undefined ? {} : { port },
  );
  return { ...listening, heard };
}

/** A busy machine is slow to answer; `grace` is left alone where somebody is deaf. */
const patient = { scan: 20_000, request: 20_000 };

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
    socket.once('connect', () => socket.destroy());
  });

test('a port that is taken over between proof and blow: the taker gets no token and no signal, the orphan ends all the same', async () => {
  const home = new Home();
  const orphan = await home.plant({ entry: {}, proof: 'right' });
  let taker: Awaited<ReturnType<typeof overhear>> | undefined;
  const report = await sweepOrphans(home.paths, {
    range: { host: '127.0.0.1', port: orphan.port, count: 1 },
    limits: { ...patient, grace: 20_000 },
    onStrike: async (pid, blow) => {
      if (blow !== 'request') return;
      process.kill(pid, 'SIGUSR2'); // it stops listening
      await waitUntil('the port is free', () => isFree(orphan.port));
      taker = await overhear((_, response) => response.end('{}'), orphan.port);
    },
  });
  expect(report).toMatchObject({ swept: [{ pid: orphan.pid, by: 'SIGTERM' }], failed: [] });
  expect(taker?.heard).toEqual(['GET without a token']);
  expect(home.heardBy(orphan)).toEqual(['SIGTERM']);
});

test('a connection that ends between proof and request: the token is not sent on another one', async () => {
  const [token, instanceId] = [newToken(), newInstanceId()];
  const daemon = await overhear((question, response) => {
    const proof = healthProof(token, nonceOf(question), instanceId, daemon.port);
    response.setHeader('connection', 'close').end(JSON.stringify(healthOf('shared', instanceId, proof)));
  });
  const entry = daemonRecordOf('/h', { ...(await selfIdentity()), instanceId, token, port: daemon.port });
  expect(await askToStop(entry, 5_000)).toBe(false);
  expect(daemon.heard).toEqual(['GET without a token']);
});

test('an orphan that is deaf to the request and to SIGTERM gets each of them, in this order, and then SIGKILL', async () => {
  const home = new Home();
  const orphan = await home.plant({ entry: {}, proof: 'right', deafTo: ['request', 'SIGTERM'] });
  const report = await sweepOrphans(home.paths, {
    range: { host: '127.0.0.1', port: orphan.port, count: 1 },
    limits: patient,
    onStrike: async (_, blow) => {
      const heard = { request: 0, SIGTERM: 1, SIGKILL: 2 }[blow];
      await waitUntil(`it has heard what came before ${blow}`, () => home.heardBy(orphan).length === heard);
    },
  });
  expect(report).toMatchObject({ swept: [{ pid: orphan.pid, by: 'SIGKILL' }], failed: [] });
  expect(home.heardBy(orphan)).toEqual(['POST /admin/shutdown token', 'SIGTERM']);
});

test('an orphan that comes to hold the lock between two blows is left alone from then on', async () => {
  const home = new Home();
  const orphan = await home.plant({ entry: {}, proof: 'right', deafTo: ['request', 'SIGTERM'] });
  const identity = await identifyProcess(orphan.pid);
  if (identity === null || identity === 'unknown') throw new Error(`the orphan is ${identity}`);
  const report = await sweepOrphans(home.paths, {
    range: { host: '127.0.0.1', port: orphan.port, count: 1 },
    onStrike: async (pid, blow) => {
      if (blow === 'SIGKILL') process.kill(pid, 'SIGUSR1'); // it takes the lock
      if (blow === 'SIGKILL') await waitUntil('it holds the lock', () => home.heardBy(orphan).includes('locked'));
    },
  });
  expect(report).toMatchObject({ swept: [], failed: [{ pid: orphan.pid, failure: 'it holds the lock of this home now' }] });
  expect(await identifyProcess(orphan.pid)).not.toBeNull();
});

test('a lock that somebody takes without a record, between two blows, ends the sweep of everybody', async () => {
  const home = new Home();
  const orphan = await home.plant({ entry: {}, proof: 'right', deafTo: ['request', 'SIGTERM'] });
  const report = await sweepOrphans(home.paths, {
    range: { host: '127.0.0.1', port: orphan.port, count: 1 },
    limits: patient,
    onStrike: async (_, blow) => {
      if (blow !== 'SIGTERM') return;
      const lock = await acquireLock(home.paths.lockFile, { purpose: 'unknown', record: false });
      onTestFinished(() => lock.release());
    },
  });
  expect(report).toMatchObject({ swept: [], failed: [{ failure: expect.stringContaining('no record says who') }] });
  expect(home.heardBy(orphan)).toEqual(['POST /admin/shutdown token']);
});

test('a pid that was given out again, before the look or between two signals: the newcomer is never signalled', (context) => {
  requirePlatform(context, 'linux');
  requireRoot(context);
  requireNamespaces(context);
  const fixture = path.join(import.meta.dirname, 'fixtures/sweep-reused-pids.ts');
  const output = execFileSync('unshare', ['--pid', '--fork', '--mount-proc', process.execPath, fixture], { encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({
    beforeTheLook: { samePid: true, swept: [], failed: [], cleaned: 1, newcomerLives: true },
    betweenSignals: { samePid: true, swept: ['itself'], failed: [], cleaned: 0, newcomerLives: true },
  });
});
