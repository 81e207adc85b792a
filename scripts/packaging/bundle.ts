import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { trackedFiles } from '../check/tracked-files.ts';
import { runtimeDependencies } from './dependencies.ts';
import { directImports } from './direct-imports.ts';

export interface Bundle {
  /** Folders of the npm packages whose code is in the bundle, relative to the repository. */
  packageFolders: string[];
}

export interface BundledPart {
  metafile: Metafile;
  /** Every file that was read for it, relative to the repository; names of modules that are no files may be among them. */
  inputs: string[];
}

const commandLine = 'packages/cli/src/main/index.ts';
const server = 'packages/server/src/main/index.ts';
const workerSuffix = '-worker.ts';

/**
 * Bundles the programs and their worker threads into `outdir`, all files side by side; libraries that
 * are installed stay imports. The command line and the server are split apart and share no file: what
 * only the server needs of a library would otherwise be read at every command. Readable, so that a
 * stack trace is.
 */
export async function bundle(root: string, outdir: string): Promise<Bundle> {
  const parts = [await bundlePart(root, outdir, 'cli'), await bundlePart(root, outdir, 'server')];
  return { packageFolders: packageFolders(parts.map(({ metafile }) => metafile)) };
}

export type ProgramPart = 'cli' | 'server';

/** One of the two programs, the server with its worker threads. */
export async function bundlePart(root: string, outdir: string, part: ProgramPart): Promise<BundledPart> {
  const workers = part === 'cli' ? [] : workerFiles(root);
  const entryPoints: Record<string, string> = part === 'cli' ? { cli: commandLine } : { server, ...workerEntries(workers) };
  const doors = new Set<string>();
  const { metafile } = await build({
    ...settings(root, outdir, (door) => doors.add(door)),
    entryPoints,
    chunkNames: `${part}-part-[hash]`,
  });
  if (part === 'server') checkWorkers(outdir, workers);
  checkLeftRequires(outdir);
  return { metafile, inputs: [...Object.keys(metafile.inputs), ...[...doors].map((door) => path.relative(root, door))] };
}

const workerFiles = (root: string): string[] =>
  trackedFiles(root).filter((file) => file.startsWith('packages/') && file.endsWith(workerSuffix) && !file.includes('/fixtures/'));

const workerEntries = (workers: readonly string[]): Record<string, string> =>
  Object.fromEntries(workers.map((file) => [bundledWorkerName(file), file]));

function settings(root: string, outdir: string, onDoor: (door: string) => unknown) {
  return {
    absWorkingDir: root,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    // One byte a character: the engine reads it faster than text with a single wider one in it.
    charset: 'ascii',
    legalComments: 'none',
    // Its CommonJS form asks for its own files by a `require` that no bundler can follow.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    external: runtimeDependencies.filter(({ way }) => way === 'installed').map(({ name }) => name),
    // CommonJS libraries inside an ES module still ask for Node's own modules with `require`.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
    plugins: [directImports(root, onDoor), processWithoutFacade],
  } as const satisfies BuildOptions;
}

/**
 * `import process from 'node:process'`, as commander has it, makes Node.js build a module with every
 * property of `process`, some of which take milliseconds to compute. The global is the same object.
 */
const processWithoutFacade: Plugin = {
  name: 'process-without-facade',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:process$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path: 'process', namespace: 'global' } : undefined,
    );
    onLoad({ filter: /^process$/, namespace: 'global' }, () => ({ contents: 'export default globalThis.process;' }));
  },
};

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

/** A library that asks for a file of its own in a way that the bundler does not see is broken in the package, and only there. */
function checkLeftRequires(outdir: string): void {
  const left = readdirSync(outdir).flatMap((file) =>
    [...readFileSync(path.join(outdir, file), 'utf8').matchAll(/\brequire\d*\(["']\.{1,2}\/[^"']+["']\)/g)].map(
      ([call]) => `${file}: ${call}`,
    ),
  );
  if (left.length > 0) throw new Error(`files that are asked for but not in the bundle: ${left.join(', ')}`);
}

/** Folders of the npm packages whose code is in what was built, relative to the repository. */
export function packageFolders(metafiles: readonly Metafile[]): string[] {
  const files = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.flatMap((file) => /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].toSorted();
}
