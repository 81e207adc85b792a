import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../frame/bench.ts';
import { sourceOf } from '../frame/project.ts';
import { BenchDaemon } from './bench-daemon.ts';
import { residentMb } from './thread-times.ts';

const PROJECTS = 50;
const FILES = 20;
/** Instead of 15 minutes. */
const UNLOAD_MS = '2000';
const SETTLE_MS = 5_000;
/** V8 keeps the pages of ended threads for 8 s before it returns them to the system, in several steps. */
const RETURNED_MS = 20_000;

export interface Memory {
  readonly what: string;
  readonly all: number;
  readonly anonymous: number;
}

export interface ManyProjects {
  readonly memory: Memory[];
  /** From the spawn of a daemon with so many projects in its registry to its record. */
  readonly startMs: number;
}

/** What so many projects cost a daemon while nobody asks them, and while all of them are in memory. */
export async function measureMany(world: World): Promise<ManyProjects> {
  const roots = Array.from({ length: PROJECTS }, (_, index) => project(world.folder, index));
  const memory: Memory[] = [];
  const look = (what: string, daemon: BenchDaemon): void => void memory.push({ what, ...residentMb(daemon.pid) });

  const first = await BenchDaemon.start(world, 'many');
  await sleep(SETTLE_MS);
  look('no project', first);
  for (const root of roots) {
    const { id, jobId } = await first.begin(root);
    await first.ended(id, jobId);
  }
  look(`${PROJECTS} projects, all in memory and just indexed`, first);
  await first.stop();

  const started = performance.now();
  const quick = { AGENT_BRAIN_TEST: '1', AGENT_BRAIN_UNLOAD_MS: UNLOAD_MS, AGENT_BRAIN_TICK_MS: '500' };
  const second = await BenchDaemon.start(world, 'many', quick);
  const startMs = performance.now() - started;
  await sleep(SETTLE_MS);
  look(`${PROJECTS} projects after a start, idle`, second);
  const { projects } = await second.client.call('projects', {});
  await Promise.all(projects.map(({ project_id }) => second.client.call('query', { body: { query: 'session token', project_id } })));
  look(`${PROJECTS} projects, all of them just asked`, second);
  await untilUnloaded(second);
  await sleep(RETURNED_MS);
  look(`${PROJECTS} projects after they were unloaded, idle`, second);
  await second.stop();
  return { memory, startMs };
}

function project(folder: string, number: number): string {
  const root = path.join(folder, 'many-projects', `project-${number}`);
  mkdirSync(root, { recursive: true });
  for (let file = 0; file < FILES; file += 1) writeFileSync(path.join(root, `module-${file}.ts`), sourceOf(number * FILES + file));
  return root;
}

async function untilUnloaded(daemon: BenchDaemon): Promise<void> {
  for (;;) {
    const { projects } = await daemon.client.call('projects', {});
    if (projects.every(({ loaded }) => !loaded)) return;
    await sleep(200);
  }
}
