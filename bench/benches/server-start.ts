import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, World } from '../frame/bench.ts';
import { bareNode } from '../frame/processes.ts';
import { makeProject } from '../frame/project.ts';

const giveUpMs = 30_000;

export const serverStart: Bench = {
  name: 'server-start',
  what: 'From the spawn of the server program to the first healthy answer of `GET /health` on the port of its record; a project without an index.',
  reference: bareNode,
  rounds: 15,
  promises: { 'server ready': 8 },
  async prepare(world) {
    const root = await makeProject(world, 1);
    return { samples: { 'server ready': () => startOnce(world, root) }, finish: () => Promise.resolve() };
  },
};

async function startOnce({ program, env }: World, root: string): Promise<number> {
  const stateDir = path.join(root, '.claude/agent-brain');
  const started = performance.now();
  const server = spawn(process.execPath, [program, 'serve', '--project-root', root, '--state-dir', stateDir], {
    env,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const complaints: Buffer[] = [];
  server.stderr.on('data', (bytes: Buffer) => complaints.push(bytes));
  const ended = new Promise<void>((resolve) => server.on('close', () => resolve()));
  try {
    while (!(await isHealthy(path.join(stateDir, 'runtime.json')))) {
      if (server.exitCode !== null || performance.now() - started > giveUpMs)
        throw new Error(`the server did not become ready: ${Buffer.concat(complaints).toString('utf8')}`);
      await sleep(1);
    }
    return performance.now() - started;
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

async function isHealthy(recordFile: string): Promise<boolean> {
  try {
    const { base_url: baseUrl } = JSON.parse(readFileSync(recordFile, 'utf8')) as { base_url: string };
    const response = await fetch(`${baseUrl}/health`);
    return response.ok;
  } catch {
    return false;
  }
}
