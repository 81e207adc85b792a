import fs from 'node:fs';
import path from 'node:path';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { seededRandom, testSeed } from '@agent-brain/test-harness/random';
import { requirePlatform, requireSoak } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, type TestContext } from 'vitest';
import { AskedDaemon, ServedHome, type ServerProcess } from '../fixtures/index.ts';
import { FreshProject } from './fixtures/fresh-project.ts';
import { GitDayRepository } from './fixtures/git-day-repository.ts';
import { differencesOf, indexedTexts, textsOnDisk, walkedDirectories } from './fixtures/index-and-disk.ts';
import { unwatchedOf } from './fixtures/kernel-watches.ts';

const STEPS = Number(process.env['GIT_DAY_STEPS'] ?? 60);
/** Of quiet, after which all has to be right. */
const PROMISED_MS = 5_000;
/** Longest wait for it, so that a failure says how late it was. */
const PATIENCE_MS = 60_000;
/** What the kernel has not reported yet is not known. */
const REPORT_MS = 300;

interface Served {
  readonly server: ServerProcess;
  readonly database: string;
  readonly id: { readonly project_id?: string };
}

async function ownInstance(root: string): Promise<Served> {
  const project = new FreshProject();
  project.project.root = root;
  await project.serve();
  await project.server.index('.');
  return { server: project.server, database: project.project.file('data/index.db'), id: {} };
}

async function inDaemon(root: string): Promise<Served> {
  const home = new ServedHome();
  const daemon = new AskedDaemon(await home.start());
  const id = await daemon.add(root);
  await daemon.index(id);
  return { server: daemon.server, database: path.join(home.file('projects'), id, 'data', 'index.db'), id: { project_id: id } };
}

const pendingOf = async ({ server, id }: Served): Promise<number> => {
  const search = id.project_id === undefined ? '' : `?project_id=${id.project_id}`;
  return (await server.ask('status', `/health/status${search}`)).pending_files;
};

function wrongIn({ server, database }: Served, root: string): string[] {
  const different = differencesOf(indexedTexts(database), textsOnDisk(root));
  return [...different, ...unwatchedOf(server.pid, walkedDirectories(root)).map((directory) => `not watched: ${directory}`)];
}

/** @returns milliseconds until all is right; the looks at which something was old and nothing pending */
async function untilRight(served: Served, root: string, what: string): Promise<{ tookMs: number; silent: string[] }> {
  const since = performance.now();
  const silent: string[] = [];
  for (;;) {
    const before = await pendingOf(served);
    const wrong = wrongIn(served, root);
    const tookMs = performance.now() - since;
    if (wrong.length === 0 && before === 0) return { tookMs, silent };
    // A comparison of the two sides takes a while itself: only what was so before and after counts.
    if (before === 0 && tookMs > REPORT_MS && (await pendingOf(served)) === 0 && wrongIn(served, root).length > 0)
      silent.push(`${what}: ${wrong.slice(0, 3).join(', ')} after ${Math.round(tookMs)} ms`);
    if (tookMs > PATIENCE_MS) throw new Error(`${what}: still wrong after ${PATIENCE_MS} ms: ${wrong.slice(0, 20).join('; ')}`);
    await sleep(50);
  }
}

async function spendDay(context: TestContext, serve: (root: string) => Promise<Served>): Promise<void> {
  const seed = testSeed();
  process.stdout.write(`seed ${seed}, ${STEPS} steps\n`);
  const repository = new GitDayRepository(fs.realpathSync(temporaryDirectory('git-day')), seededRandom(seed));
  const source = process.env['GIT_DAY_REPOSITORY'];
  if (source === undefined) repository.generate();
  else repository.copy(source);
  const served = await serve(repository.root);
  const files = indexedTexts(served.database).size;
  const times: { what: string; tookMs: number }[] = [];
  const silent: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const what = `step ${step} (${await repository.step()})`;
    const right = await untilRight(served, repository.root, what);
    times.push({ what, tookMs: right.tookMs });
    silent.push(...right.silent);
    const check = await served.server.ask('indexVerify', '/index/verify', served.id);
    expect(check.problems, what).toEqual([]);
  }
  const sorted = times.toSorted((a, b) => a.tookMs - b.tookMs);
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.tookMs ?? 0);
  noteFigure(
    context,
    `${files} files, ${STEPS} steps, seed ${seed}: right after p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at most ${at(1)} ms (${sorted.at(-1)?.what})`,
  );
  expect(silent, 'old while nothing was pending').toEqual([]);
  expect(sorted.at(-1)?.tookMs).toBeLessThan(PROMISED_MS);
}

const MODES: [string, (root: string) => Promise<Served>][] = [
  ['an instance of the project', ownInstance],
  ['the user daemon', inDaemon],
];

test.for(MODES)(
  'a day of git leaves %s with the index, the watches and the pending files that the tree has',
  { timeout: STEPS * 70_000 },
  async ([, serve], context) => {
    requireSoak(context);
    requirePlatform(context, 'linux');
    await spendDay(context, serve);
  },
);
