import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundlePart, type ProgramPart } from '../packaging/bundle.ts';
import { buildsFolder, recordFile, stampOf } from './built-program.js';

/**
 * Builds a program of this clone for `built-program.js`: `node scripts/built/build.ts cli|server`. Ends with 1 when it
 * cannot be built, or when its files change faster than it is built.
 */
const root = path.resolve(import.meta.dirname, '../..');
/** Of a file that changes while it is built, so often. */
const ATTEMPTS = 3;
/** Of older builds so many stay, and all that were in use within this time. */
const KEPT_BUILDS = 5;
const KEPT_MS = 2 * 60 * 60_000;

await main(process.argv[2]);

async function main(part: string | undefined): Promise<void> {
  if (part !== 'cli' && part !== 'server') throw new Error(`no such program: ${part ?? ''}`);
  mkdirSync(buildsFolder(root), { recursive: true });
  let isBuilt = false;
  for (let attempt = 0; attempt < ATTEMPTS && !isBuilt; attempt += 1) isBuilt = await build(part);
  if (!isBuilt) process.exitCode = 1;
  removeOldBuilds(part);
}

/** @returns false when a file has changed since before it was read */
async function build(program: ProgramPart): Promise<boolean> {
  const folder = mkdtempSync(path.join(buildsFolder(root), `${program}-`));
  // By the clock that stamps the sources, whose steps may be as long as 10 ms.
  const began = statSync(folder, { bigint: true }).ctimeNs;
  const { inputs } = await bundlePart(root, folder, program).catch((error: unknown) => {
    rmSync(folder, { recursive: true });
    throw error;
  });
  const files = [...new Set([...inputs, ...settingsOfTheBuild()])].toSorted();
  const stamps = Object.fromEntries(files.map((file) => [file, stampOf(path.resolve(root, file))]));
  if (Object.values(stamps).some((stamp) => changedAt(stamp) >= began)) {
    rmSync(folder, { recursive: true });
    return false;
  }
  const written = `${recordFile(root, program)}.${process.pid}`;
  writeFileSync(written, JSON.stringify({ folder: path.basename(folder), inputs: stamps }));
  renameSync(written, recordFile(root, program));
  return true;
}

function changedAt(stamp: string): bigint {
  return BigInt(stamp.split(' ')[2] ?? 0);
}

/** What decides how a source is built, beside the sources. */
function settingsOfTheBuild(): string[] {
  const packages = readdirSync(path.join(root, 'packages')).flatMap((name) =>
    ['package.json', 'tsconfig.json', 'node_modules'].map((file) => `packages/${name}/${file}`),
  );
  const ofThisBuild = ['scripts/built', 'scripts/packaging'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((file) => `${folder}/${file}`),
  );
  return [
    ...packages,
    ...ofThisBuild,
    'scripts/check/tracked-files.ts',
    'package.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'node_modules/.package-lock.json',
  ];
}

function removeOldBuilds(program: ProgramPart): void {
  const builds = readdirSync(buildsFolder(root))
    .filter((name) => name.startsWith(`${program}-`))
    .map((name) => path.join(buildsFolder(root), name))
    .map((folder) => ({ folder, usedMs: statSync(folder).mtimeMs }))
    .toSorted((one, other) => other.usedMs - one.usedMs);
  for (const { folder, usedMs } of builds.slice(KEPT_BUILDS))
    if (Date.now() - usedMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
}
