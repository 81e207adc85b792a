import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeCorpus } from '@agent-brain/test-harness/corpus';
import { makeQuestions } from '../engine/index.ts';
import type { World } from '../frame/bench.ts';
import { BenchDaemon } from './bench-daemon.ts';
import { threadTimes } from './thread-times.ts';

/** Some 5,000 chunks, and some 50,000. */
const ASKED_BYTES = 5_500_000;
const INDEXED_BYTES = 54_000_000;
const QUESTIONS = 200;
/** Somebody who asks ten to twenty times a second. */
const PAUSE_MS = 50;
const ROUNDS = 6;

export interface Phase {
  readonly asked: number;
  readonly p50: number;
  readonly p95: number;
  readonly maxMs: number;
  /** Shares of all cores. */
  readonly answering: number;
  readonly indexing: number;
}

export interface FairnessRound {
  readonly idle: Phase;
  readonly busy: Phase;
  readonly chunks: number;
  readonly indexedInMs: number;
}

/** One project is asked while another one of the same daemon is idle, and while it is indexed; in turn, so that both meet the same machine. */
export async function measureFairness(world: World): Promise<FairnessRound[]> {
  const [asked, indexed] = [path.join(world.folder, 'asked'), path.join(world.folder, 'indexed')];
  writeCorpus(asked, { bytes: ASKED_BYTES, seed: 1 });
  writeCorpus(indexed, { bytes: INDEXED_BYTES, seed: 2 });
  const questions = makeQuestions(asked, QUESTIONS);
  const daemon = await BenchDaemon.start(world, 'fairness');
  try {
    const first = await daemon.begin(asked);
    await daemon.ended(first.id, first.jobId);
    // Once each, so that no round pays for what is first met.
    for (const query of questions) await ask(daemon, first.id, query);
    const rounds: FairnessRound[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const idle = await phase(daemon, first.id, questions, () => false);
      const started = performance.now();
      const job = await daemon.begin(indexed);
      const ended = daemon.ended(job.id, job.jobId).then((chunks) => ({ chunks, indexedInMs: performance.now() - started }));
      let hasEnded = false;
      void ended.then(() => (hasEnded = true));
      await untilIndexing(daemon, job);
      const busy = await phase(daemon, first.id, questions, () => hasEnded);
      rounds.push({ idle, busy, ...(await ended) });
      process.stderr.write(`fairness: round ${round + 1} of ${ROUNDS}: p95 ${idle.p95.toFixed(1)} → ${busy.p95.toFixed(1)} ms …\n`);
      // What follows an index run (merging) belongs to neither phase.
      await sleep(3_000);
    }
    return rounds;
  } finally {
    await daemon.stop();
  }
}

async function untilIndexing(daemon: BenchDaemon, { id, jobId }: { id: string; jobId: string }): Promise<void> {
  for (;;) {
    const { progress } = await daemon.client.call('job', { params: { id: jobId }, query: { project_id: id } });
    if (progress.files_done > 0) return;
    await sleep(20);
  }
}

/** Asks all questions, or as many as there is time for. */
async function phase(daemon: BenchDaemon, id: string, questions: readonly string[], isOver: () => boolean): Promise<Phase> {
  const [before, started] = [threadTimes(daemon.pid), performance.now()];
  const times: number[] = [];
  for (const query of questions) {
    if (isOver()) break;
    times.push(await ask(daemon, id, query));
    await sleep(PAUSE_MS * (0.5 + Math.random()));
  }
  const after = threadTimes(daemon.pid);
  const allCores = ((performance.now() - started) / 1000) * os.availableParallelism();
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    asked: times.length,
    p50: at(0.5),
    p95: at(0.95),
    maxMs: at(1),
    answering: (after.usual - before.usual) / allCores,
    indexing: (after.lower - before.lower) / allCores,
  };
}

async function ask(daemon: BenchDaemon, id: string, query: string): Promise<number> {
  const started = performance.now();
  await daemon.client.call('query', { body: { query, project_id: id } });
  return performance.now() - started;
}
