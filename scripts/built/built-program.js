import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * A clone runs built code, because stripping the types of some 300 files takes longer than most commands. The code is
 * built by whoever first starts a program after an edit, and used only while every file that it was built from is
 * exactly the one that was read. Where it cannot be built the sources run as they are.
 *
 * JavaScript, because this file runs before any compile cache is known: as TypeScript it would load the type stripper.
 */

/** @typedef {'cli' | 'server'} ProgramPart */

/**
 * The size, times and number of a file, as one text; `absent` when nothing is there, `directory` for a directory.
 * The kernel renews the change time with each write, rename and change of mode, and no program can set it.
 * @param {string} file
 */
export function stampOf(file) {
  const found = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return 'absent';
  return found.isDirectory() ? 'directory' : `${found.size} ${found.mtimeNs} ${found.ctimeNs} ${found.ino}`;
}

/**
 * Where builds of a clone lie.
 * @param {string} root of the clone
 */
export const buildsFolder = (root) => path.join(root, 'node_modules', '.cache', 'agent-brain');

/**
 * Names the last build of a program, and the stamps of the files that it was made from.
 * @param {string} root
 * @param {ProgramPart} part
 */
export const recordFile = (root, part) => path.join(buildsFolder(root), `${part}.json`);

/** A build that takes longer is given up, and so is the wait for somebody else's. */
const BUILD_LIMIT_MS = 180_000;
const LOOK_MS = 20;
/** Long-lived processes load parts of their build late; a build whose folder was touched lately is not removed. */
const TOUCH_MS = 30 * 60_000;

/**
 * The built form of a program of this clone, made now when a source has changed since.
 * @param {string} root of the clone
 * @param {ProgramPart} part
 * @returns {Promise<{ entry: string, compileCache: string } | undefined>} undefined: the sources have to run
 */
export async function builtProgram(root, part) {
  const folder = freshBuild(root, part) ?? (await buildOnce(root, part));
  if (folder === undefined) return undefined;
  setInterval(() => touch(folder), TOUCH_MS).unref();
  return { entry: path.join(folder, `${part}.js`), compileCache: path.join(folder, 'compile') };
}

/**
 * @param {string} root
 * @param {ProgramPart} part
 */
function freshBuild(root, part) {
  try {
    /** @type {{ folder: string, inputs: Record<string, string> }} */
    const { folder, inputs } = JSON.parse(fs.readFileSync(recordFile(root, part), 'utf8'));
    const isFresh = Object.entries(inputs).every(([file, stamp]) => stampOf(path.resolve(root, file)) === stamp);
    const built = path.join(buildsFolder(root), folder);
    return isFresh && fs.existsSync(path.join(built, `${part}.js`)) ? built : undefined;
  } catch {
    return undefined;
  }
}

/**
 * One process builds and the others wait for it. The lock is the kernel's: it is free when its holder dies.
 * @param {string} root
 * @param {ProgramPart} part
 */
async function buildOnce(root, part) {
  const lock = openLock(root, part);
  if (lock === undefined) return undefined;
  try {
    if (lock.tryLock(lock.fd)) {
      const built = freshBuild(root, part);
      if (built !== undefined) return built;
      return (await build(root, part)) ? freshBuild(root, part) : undefined;
    }
    const deadline = performance.now() + BUILD_LIMIT_MS;
    while (!lock.tryLock(lock.fd, { shared: true })) {
      if (performance.now() > deadline) return undefined;
      await sleep(LOOK_MS);
    }
    // Without a new try when the other one has failed: twenty would fail one after another.
    return freshBuild(root, part);
  } finally {
    fs.closeSync(lock.fd);
  }
}

/**
 * undefined where nothing can be built: a clone of somebody else, a read-only disk, dependencies left out.
 * @param {string} root
 * @param {ProgramPart} part
 * @returns {{ fd: number, tryLock: (fd: number, options?: { shared: boolean }) => boolean } | undefined}
 */
function openLock(root, part) {
  try {
    const load = createRequire(import.meta.url);
    load.resolve('esbuild');
    const { tryLock } = load('fs-native-extensions');
    fs.mkdirSync(buildsFolder(root), { recursive: true });
    return { fd: fs.openSync(path.join(buildsFolder(root), `${part}.lock`), 'a+'), tryLock };
  } catch {
    return undefined;
  }
}

/**
 * In a process of its own: what it loads would stay in this one.
 * @param {string} root
 * @param {ProgramPart} part
 * @returns {Promise<boolean>} whether there is a build
 */
function build(root, part) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'build.ts'), part], {
      cwd: root,
      stdio: 'ignore',
      timeout: BUILD_LIMIT_MS,
      killSignal: 'SIGKILL',
      env: { ...process.env, NODE_COMPILE_CACHE: path.join(buildsFolder(root), 'compile') },
    });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** @param {string} folder */
function touch(folder) {
  try {
    const now = new Date();
    fs.utimesSync(folder, now, now);
  } catch {
    // The clone was moved or cleaned.
  }
}
