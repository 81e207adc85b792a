import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { seededRandom, testSeed } from '@agent-brain/test-harness/random';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, onTestFinished, test } from 'vitest';
import { Churn } from './fixtures/churn.ts';
import { FreshProject } from './fixtures/fresh-project.ts';
import { differencesOf, indexedTexts, textsOnDisk, walkedDirectories } from './fixtures/index-and-disk.ts';
import { unwatchedOf } from './fixtures/kernel-watches.ts';

/** A loaded machine takes its time. */
const PATIENCE = { timeoutMs: 40_000, intervalMs: 20 };

const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';
const SEEDS = isSoak ? Number(process.env['CHURN_SEEDS'] ?? 200) : 2;
const STEPS = isSoak ? 400 : 100;

/** Whether the index is what is on the disk, and every walked directory has a watch, without a comparison of the folder. */
async function agrees(project: FreshProject): Promise<string[]> {
  const { pending_files: pending } = await project.status();
  if (pending > 0) return [`${pending} pending`];
  const different = differencesOf(indexedTexts(project.project.file('data/index.db')), textsOnDisk(project.root));
  const unwatched = unwatchedOf(project.server.pid, walkedDirectories(project.root)).map((directory) => `not watched: ${directory}`);
  return [...different, ...unwatched];
}

async function churn(project: FreshProject, seed: number, writers: number): Promise<void> {
  const all = Array.from({ length: writers }, (_, n) => new Churn(project.root, seededRandom(seed + n * 1_000_003)));
  for (let step = 0; step < STEPS; step += 1) {
    for (const one of all) one.step();
    if (step % 10 === 0) await sleep(seed % 3);
  }
  let last: string[] = [];
  await waitUntil(
    `the index is what is on the disk after seed ${seed}`,
    async () => {
      last = await agrees(project);
      return last.length === 0;
    },
    PATIENCE,
  ).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}: ${last.slice(0, 20).join('; ')}`);
  });
  const { problems } = await project.server.ask('indexVerify', '/index/verify', {});
  expect(problems, `seed ${seed}`).toEqual([]);
}

async function begin(): Promise<FreshProject> {
  const project = new FreshProject();
  project.git('init', '-q', '-b', 'main');
  new Churn(project.root, seededRandom(1)).plantBranches(40);
  await project.serve();
  await project.server.index('.');
  await project.settled();
  return project;
}

test(
  `after random changes the index is what is on the disk, and every directory is watched (${SEEDS} seeds)`,
  async (context) => {
    requirePlatform(context, 'linux');
    const project = await begin();
    const first = testSeed();
    process.stdout.write(`seeds from ${first}\n`);
    for (let seed = first; seed < first + SEEDS; seed += 1) await churn(project, seed, 1);
  },
  PATIENCE.timeoutMs * (2 + SEEDS),
);

test(
  'so it is with two writers at once and six busy processes beside them',
  async (context) => {
    requirePlatform(context, 'linux');
    const project = await begin();
    const busy = Array.from({ length: 6 }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    onTestFinished(() => busy.forEach((child) => child.kill('SIGKILL')));
    const first = testSeed();
    process.stdout.write(`seeds from ${first}\n`);
    for (let seed = first; seed < first + Math.ceil(SEEDS / 10); seed += 1) await churn(project, seed, 2);
  },
  PATIENCE.timeoutMs * (4 + SEEDS),
);
