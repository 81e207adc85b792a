import { appendFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { queryRequestSchema } from '@agent-brain/contract/query';
import { type Engine, openEngine } from '@agent-brain/search/engine';
import { someFiles } from './corpora.ts';
import { indexConfig } from './index-config.ts';
import { type EngineBuild, type EngineServe, percentile, residentBytes, type RunTime, timeEach } from './measures.ts';

const EDITS = 40;
const PASSES = 3;

interface Place {
  readonly root: string;
  readonly dataDir: string;
}

const open = ({ root, dataDir }: Place): Promise<Engine> => openEngine({ projectRoot: root, dataDir });

async function indexAll(engine: Engine, root: string) {
  let bytes = 0;
  const since = performance.now();
  const usedBefore = process.cpuUsage();
  const stats = await engine.index({
    folder: root,
    operation: 'index',
    request: indexRequestSchema.parse({ folder_path: root }),
    config: indexConfig,
    signal: new AbortController().signal,
    onProgress: ({ bytesDone }) => (bytes = bytesDone),
  });
  const ms = performance.now() - since;
  // What a run leaves to be done for the index is part of what it costs, not of the time until it answers.
  await engine.settled();
  const settledMs = performance.now() - since;
  const used = process.cpuUsage(usedBefore);
  return { stats, bytes, ms, settledMs, cpuSeconds: (used.user + used.system) / 1e6 };
}

/** Between `agent-brain start` and the next command of a quick typist. */
const NEXT_COMMAND_MS = 1_000;

/** The first run of an instance that has nothing indexed yet and has been ready for a second. */
export async function started(place: Place): Promise<RunTime> {
  const engine = await open(place);
  engine.expectRun();
  await pause(NEXT_COMMAND_MS);
  const { ms, cpuSeconds } = await indexAll(engine, place.root);
  await engine.close();
  return { seconds: ms / 1000, cpuSeconds };
}

/** From nothing to an index, threads started and all; and once more with threads that run and code that is compiled. */
export async function build(place: Place): Promise<EngineBuild> {
  const bareBytes = residentBytes();
  const engine = await open(place);
  const { stats, bytes, ms, settledMs, cpuSeconds } = await indexAll(engine, place.root);
  const { documents, chunks } = engine.status();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  await engine.reset();
  const warm = await indexAll(engine, place.root);
  await engine.close();
  const diskBytes = readdirSync(place.dataDir).reduce((sum, name) => sum + statSync(path.join(place.dataDir, name)).size, 0);
  const { total: _total, ...phases } = stats.duration_ms;
  return {
    cold: { seconds: ms / 1000, cpuSeconds },
    warm: { seconds: warm.ms / 1000, cpuSeconds: warm.cpuSeconds },
    phases: { ...phases, 'tidied afterwards': settledMs - ms },
    files: documents,
    bytes,
    chunks,
    diskBytes,
    peakBytes,
    bareBytes,
  };
}

/** A process that finds the index there. */
export async function serve({ questions, ...place }: Place & { questions: string[] }): Promise<EngineServe> {
  const bareBytes = residentBytes();
  const requests = questions.map((query) => queryRequestSchema.parse({ query }));
  const since = performance.now();
  const engine = await open(place);
  await engine.query(requests[0] as (typeof requests)[number]);
  const firstAnswerMs = performance.now() - since;
  const times = await timeEach(requests, PASSES, (request) => engine.query(request));
  const memoryBytes = residentBytes() - bareBytes;
  const { ms: reopenMs, stats } = await indexAll(engine, place.root);
  if (stats.added + stats.changed + stats.removed > 0) throw new Error(`an unchanged tree was indexed anew: ${JSON.stringify(stats)}`);
  const editMs = await timeEdits(engine, place.root);
  await engine.close();
  return { firstAnswerMs, p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95), memoryBytes, reopenMs, editMs };
}

/** A line at the end of others (notebooks, documents) may not be part of their text. */
const plainSource = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kts?|scala|rb|php|cs?|cc|cpp|hh?|swift|lua|exs?|hs|sh|md|rst|txt)$/;

/** From the call that names a changed file to the answer that has its new word. */
async function timeEdits(engine: Engine, root: string): Promise<number[]> {
  const times: number[] = [];
  const files = someFiles(root, EDITS * 4).filter((file) => plainSource.test(file));
  for (const [number, file] of files.slice(0, EDITS + 1).entries()) {
    const word = `zqedit${String.fromCharCode(97 + (number % 26), 97 + Math.floor(number / 26))}mark`;
    appendFileSync(file, `\n${word}\n`);
    const request = queryRequestSchema.parse({ query: word });
    const since = performance.now();
    await engine.update({ paths: [file], config: indexConfig, signal: new AbortController().signal });
    const answer = await engine.query(request);
    // The first one starts threads.
    if (number > 0) times.push(performance.now() - since);
    if (answer.results[0]?.path !== path.relative(root, file)) throw new Error(`the edit of ${file} is not found`);
  }
  return times;
}
