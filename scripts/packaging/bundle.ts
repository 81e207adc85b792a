import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { trackedFiles } from '../check/tracked-files.ts';
import { runtimeDependencies } from './dependencies.ts';
import { directImports } from './direct-imports.ts';

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
  const workers = trackedFiles(root).filter(
    (file) => file.startsWith('packages/') && file.endsWith(workerSuffix) && !file.includes('/fixtures/'),
  );
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
    plugins: [directImports(root)],
  });
  checkWorkers(outdir, workers);
  return { metafile, packageFolders: packageFolders(metafile) };
}

/** `packages/search/src/engine/writer-worker.ts` → `agent-brain-writer-worker`. */
const bundledWorkerName = (file: string): string => `agent-brain-${path.basename(file, '.ts')}`;

/** Programs start a worker by the name of its bundled file: what they name must be there, and what is there be named. */
function checkWorkers(outdir: string, workers: readonly string[]): void {
  const made = new Set(workers.map((file) => `${bundledWorkerName(file)}.js`));
  const texts = readdirSync(outdir).map((file) => readFileSync(path.join(outdir, file), 'utf8'));
  const named = new Set(texts.flatMap((text) => [...text.matchAll(/\bagent-brain-[a-z-]+-worker\.js\b/g)].map(([name]) => name)));
  const lost = [...[...named].filter((file) => !made.has(file)), ...[...made].filter((file) => !named.has(file))];
  if (lost.length > 0) throw new Error(`worker files that are named but not bundled, or bundled but not named: ${lost.join(', ')}`);
}

function packageFolders({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).flatMap((file) => /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].toSorted();
}
