import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeCorpus } from '@agent-brain/test-harness/corpus';
import type { World } from '../frame/bench.ts';
import { runProgram } from '../frame/processes.ts';
import type { MeasureName } from './child.ts';
import { type CorpusWish, generatedCorpora, makeCorpus, namedCorpora } from './corpora.ts';
import type { CorpusResult, EngineBuild, EngineServe, Measured, RunTime, Stages } from './measures.ts';
import { measureRipgrep } from './measure-ripgrep.ts';
import { makeQuestions } from './questions.ts';
import { renderCorpus } from './render.ts';

const QUESTIONS = 200;
/** MiniSearch keeps everything in the heap of one thread. */
const MINISEARCH_CHUNKS = 150_000;

export interface EngineWishes {
  /** `DIR[,DIR…]`, several directories as one tree with `+`; trees are generated when it is absent. */
  readonly corpora?: string | undefined;
  /** Also a tree of a million chunks, which takes minutes and gigabytes. */
  readonly isFull: boolean;
}

/** The search engine as a library: what it costs to index, to ask and to keep fresh, beside three that people know. */
export async function engineBench(world: World, { corpora, isFull }: EngineWishes): Promise<string> {
  const wishes = corpora === undefined ? generatedCorpora(isFull) : namedCorpora(corpora);
  await fillCompileCache(world);
  const pages: string[] = [];
  for (const [number, wish] of wishes.entries()) {
    const page = renderCorpus(await measureCorpus(world, wish, path.join(world.folder, String(number))));
    process.stdout.write(`${page}\n`);
    pages.push(page);
  }
  return pages.join('\n');
}

/** As after the first start of an installed program: what is compiled is kept from process to process. */
async function fillCompileCache(world: World): Promise<void> {
  const folder = path.join(world.folder, 'small');
  const root = path.join(folder, 'tree');
  writeCorpus(root, { bytes: 200_000 });
  for (const name of ['build', 'started'] as const) await measured(world, name, { root, dataDir: dataIn(folder, name) });
  rmSync(folder, { recursive: true, force: true });
}

function dataIn(folder: string, name: string): string {
  const dataDir = path.join(folder, name);
  mkdirSync(dataDir, { recursive: true });
  return dataDir;
}

async function measureCorpus(world: World, wish: CorpusWish, folder: string): Promise<CorpusResult> {
  const corpus = await makeCorpus(wish, path.join(folder, 'tree'));
  const dataDir = dataIn(folder, 'data');
  const { root } = corpus;
  const questions = makeQuestions(root, QUESTIONS);
  const say = (text: string): void => void process.stderr.write(`${corpus.name}: ${text} …\n`);
  try {
    say('stages');
    const stages = await measured<Stages>(world, 'stages', { root });
    say('index');
    const build = await measured<EngineBuild>(world, 'build', { root, dataDir });
    say('index as started');
    const started = await measured<RunTime>(world, 'started', { root, dataDir: dataIn(folder, 'started') });
    say('postings');
    const postings = await measured<Measured>(world, 'postings', { dataDir, questions });
    say('ripgrep');
    const ripgrep = await measureRipgrep(root, questions);
    say('FTS5');
    const fts5 = await measured<Measured>(world, 'fts5', { root, file: path.join(folder, 'fts5.db'), questions });
    say('MiniSearch');
    const miniSearch: Measured =
      build.chunks > MINISEARCH_CHUNKS
        ? { why: `not above ${MINISEARCH_CHUNKS} chunks: it keeps all in one heap` }
        : await measured<Measured>(world, 'minisearch', { root, questions });
    say('queries and edits');
    const serve = await measured<EngineServe>(world, 'serve', { root, dataDir, questions });
    return { name: corpus.name, build, started, serve, stages, postings, ripgrep, fts5, miniSearch };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const child = path.join(import.meta.dirname, 'child.ts');

async function measured<Result>({ env, folder }: World, name: MeasureName, order: object): Promise<Result> {
  const argv = ['--expose-gc', '--max-old-space-size=12288', '--disable-warning=ExperimentalWarning', child, name, JSON.stringify(order)];
  const output = await runProgram(argv, { ...env, NODE_COMPILE_CACHE: path.join(folder, 'compiled') });
  return JSON.parse(output.trim().split('\n').at(-1) as string) as Result;
}
