import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { queryRequestSchema } from '@agent-brain/contract/query';
import { type Engine, openEngine } from '@agent-brain/search/engine';
import type { Bench, World } from '../frame/bench.ts';
import { timed } from '../frame/processes.ts';
import { git, makeRepository, newWord } from '../frame/repository.ts';

const fileCount = 10_000;

/** A clone to measure in, instead of a made repository. */
const repository = process.env['AGENT_BRAIN_BENCH_REPOSITORY'];

const config = { include: [], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1_000_000 };
const signal = new AbortController().signal;

let root = '';

export const editToSearchable: Bench = {
  name: 'edit-to-searchable',
  what: `From telling the engine of paths in a git repository of ${fileCount} files (or in the clone AGENT_BRAIN_BENCH_REPOSITORY, whose files it appends to) until a query in the other thread finds their new words; and one run over the whole repository with nothing changed.`,
  reference: {
    name: '`git ls-files -co`',
    sample: async () => timed(async () => git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')),
  },
  rounds: 60,
  async prepare(world) {
    root = repository ?? makeRepository(world.folder, fileCount);
    const files = git(root, 'ls-files', '-z', '*.ts').split('\0').filter(Boolean);
    const engine = await openEngine({ projectRoot: root, dataDir: dataDirectory(world) });
    const run = () => indexAll(engine);
    await run();
    let edits = 0;
    const edit = async (count: number): Promise<number> => {
      edits += 1;
      const word = newWord(edits);
      const edited = Array.from({ length: count }, (_, at) => path.join(root, files[(edits * 7919 + at * 131) % files.length] ?? ''));
      for (const file of new Set(edited)) appendFileSync(file, `\n// ${word}\n`);
      return timed(async () => {
        await engine.update({ paths: edited, config, signal });
        const { results } = await engine.query(queryRequestSchema.parse({ query: word, mode: 'bm25' }));
        if (results.length === 0) throw new Error(`${word} is not found`);
      });
    };
    return {
      samples: {
        'one file edited': () => edit(1),
        'ten files edited': () => edit(10),
        'run over the unchanged repository': () => timed(run),
      },
      finish: () => engine.close(),
    };
  },
};

async function indexAll(engine: Engine): Promise<void> {
  const request = indexRequestSchema.parse({ folder_path: root });
  await engine.index({ folder: root, operation: 'index', request, config, signal, onProgress: () => {} });
}

function dataDirectory({ folder }: World): string {
  const directory = path.join(folder, 'data');
  mkdirSync(directory);
  return directory;
}
