import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { trackedFiles } from '../check/tracked-files.ts';
import { runtimeDependencies } from './dependencies.ts';

export interface Bundle {
  metafile: Metafile;
  /** Folders of the npm packages whose code is in the bundle, relative to the repository. */
  packageFolders: string[];
}

const programs = { cli: 'packages/cli/src/main/index.ts', server: 'packages/server/src/main/index.ts' };
const workerSuffix = '-worker.ts';

/**
 * Bundles the programs and their worker threads into `outdir`, all files side by side: code that they
 * share is split out, libraries that are installed stay imports. Readable, so that a stack trace is.
 */
export async function bundle(root: string, outdir: string): Promise<Bundle> {
  const workers = trackedFiles(root).filter((file) => file.startsWith('packages/') && file.endsWith(workerSuffix));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...programs, ...Object.fromEntries(workers.map((file) => [bundledWorkerName(file), file])) },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    charset: 'utf8',
    chunkNames: 'part-[hash]',
    legalComments: 'none',
    external: runtimeDependencies.filter(({ way }) => way === 'installed').map(({ name }) => name),
    // CommonJS libraries inside an ES module still ask for Node's own modules with `require`.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
    plugins: [workerUrls(root, workers)],
  });
  return { metafile, packageFolders: packageFolders(metafile) };
}

/** `packages/search/src/engine/writer-worker.ts` → `agent-brain-writer-worker`. */
const bundledWorkerName = (file: string): string => `agent-brain-${path.basename(file, '.ts')}`;

/**
 * Sources start a worker by `new URL('./x-worker.ts', import.meta.url)`, which a bundler leaves as it
 * is. Here every such address becomes that of the bundled file; one that names no worker is an error.
 */
function workerUrls(root: string, workers: readonly string[]): Plugin {
  return {
    name: 'worker-urls',
    setup({ onLoad }) {
      onLoad({ filter: /packages[\\/][^\\/]+[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
        const source = await readFile(file, 'utf8');
        const contents = source.replaceAll(/new URL\('(\.[^']+-worker\.ts)', import\.meta\.url\)/g, (_all, target: string) => {
          const worker = path.relative(root, path.resolve(path.dirname(file), target)).replaceAll('\\', '/');
          if (!workers.includes(worker)) throw new Error(`${file} starts ${target}, which is no worker of this repository`);
          return `new URL('./${bundledWorkerName(worker)}.js', import.meta.url)`;
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

function packageFolders({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).flatMap((file) => /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].toSorted();
}
