import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { requirePlatform, requireProgram, requireRoot } from '@agent-brain/test-harness/requirements';
import { expect, onTestFinished, test } from 'vitest';
import { ServedProject } from '../fixtures/index.ts';

const nobody = '65534';
const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';
const requests = isSoak ? 1_000 : 10;
/** Above this load a time says nothing about the server. */
const busyLoad = 2 * os.availableParallelism();

/** Starts the flood as another user, who may read nothing of this repository and therefore gets the text of the script. */
async function flood(port: number, connections: number, kind: string): Promise<() => Promise<void>> {
  const script = fs.readFileSync(path.join(import.meta.dirname, 'fixtures', 'flood.cjs'), 'utf8');
  const asOther = ['--reuid', nobody, '--regid', nobody, '--clear-groups'];
  const child = spawn('setpriv', [...asOther, process.execPath, '-e', script, String(port), String(connections), kind], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  onTestFinished(stop);
  await Promise.race([once(child.stdout, 'data'), closed]);
  expect(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/^Uid:\t65534\t65534/m);
  return stop;
}

const percentile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] ?? Number.NaN;

const floods: [kind: string, connections: number][] = [
  ['idle', 320],
  ['idle', 2_000],
  ['half a header', 1_000],
  ['half a body', 1_000],
  ['requests without a token', 320],
];

test('while another user floods the port, each request of the owner is served', { timeout: 900_000 }, async (context) => {
  requirePlatform(context, 'linux');
  requireRoot(context);
  requireProgram(context, 'setpriv');
  const server = await new ServedProject().start();
  for (const [kind, connections] of floods) {
    const stop = await flood(server.record().port, connections, kind);
    const times: number[] = [];
    const failures: string[] = [];
    for (let n = 0; n < requests; n += 1) {
      const since = performance.now();
      try {
        const answer = await (n % 2 === 0
          ? server.request('/query', { method: 'POST', body: '{"query":"file"}' })
          : server.request('/health'));
        await answer.text();
        if (answer.status !== 200) failures.push(`answered ${answer.status}`);
      } catch (error) {
        failures.push(`${String(error)}: ${String((error as Error).cause)}`);
      }
      times.push(performance.now() - since);
    }
    await stop();
    const [p50, p99] = [0.5, 0.99].map((share) => percentile(times, share)) as [number, number];
    noteFigure(
      context,
      `${kind}, ${connections} connections: ${requests - failures.length} of ${requests} requests served, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    );
    expect([kind, failures]).toEqual([kind, []]);
    if (isSoak && (os.loadavg()[0] ?? 0) < busyLoad) expect(p99).toBeLessThan(1_000);
  }
  expect(await (await server.request('/metrics')).text()).toMatch(/^agent_brain_connections_evicted_total [1-9]/m);
});
