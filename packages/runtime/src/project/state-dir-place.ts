import type { Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { asReadError, systemCode } from '../files/index.ts';
import { isInside } from './ancestors.ts';
import { canonicalDirectory } from './canonical-directory.ts';
import type { Environment } from './environment.ts';
import { defaultStateDir, type ProjectPaths } from './project-paths.ts';
import { isOurName, stateDirEntries } from './state-dir-entries.ts';

/**
 * Refuses a state dir at a place where it must not be, before anything is made or changed there: behind a symbolic
 * link (a clone's `.claude` may point anywhere), in a directory of another user, in the user's home itself, or where
 * somebody else's files lie.
 *
 * @throws AgentBrainError STATE_DIR_UNSAFE, FILE_UNREADABLE; PROJECT_PATH_MISSING when the root is gone
 */
export async function refuseUnsafePlace(paths: ProjectPaths, environment: Environment): Promise<void> {
  // Making the state dir would make a deleted project anew.
  await canonicalDirectory(paths.root, environment, 'project root');
  if (paths.stateDir === defaultStateDir(paths.root)) {
    await refuseUnsafeDirectory(path.dirname(paths.stateDir), environment.uid);
    await refuseUnsafeDirectory(paths.stateDir, environment.uid);
    return;
  }
  const home = await fs.realpath(environment.homedir).catch(() => environment.homedir);
  for (const [place, what] of [
    [paths.root, 'the project root'],
    [home, 'the home directory'],
  ] as const) {
    // A home that is no absolute path is none.
    if (path.isAbsolute(place) && isInside(place, paths.stateDir))
      throw unsafe(paths.stateDir, `it is ${paths.stateDir === place ? what : `a directory above ${what}`}`);
  }
  const found = await refuseUnsafeDirectory(paths.stateDir, environment.uid);
  if (found === undefined) return;
  const foreign = (await stateDirEntries(paths.stateDir)).find((entry) => !isOurName(entry.name));
  if (foreign !== undefined) throw unsafe(paths.stateDir, `it holds "${foreign.name}", which is not Agent Brain's`);
}

async function refuseUnsafeDirectory(directory: string, uid: number): Promise<Stats | undefined> {
  const found = await fs.lstat(directory).catch((error: unknown) => {
    const code = systemCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw unsafe(directory, 'a part of its path is a file');
    throw asReadError(error, directory);
  });
  if (found === undefined) return undefined;
  if (found.isSymbolicLink()) throw unsafe(directory, 'it is a symbolic link');
  if (!found.isDirectory()) throw unsafe(directory, 'it is not a directory');
  if (uid >= 0 && found.uid !== uid) throw unsafe(directory, `it belongs to user ${found.uid}, not to user ${uid}`);
  return found;
}

const unsafe = (directory: string, why: string): AgentBrainError =>
  new AgentBrainError('STATE_DIR_UNSAFE', `Will not keep state in ${directory} — ${why}`, { data: { directory } });
