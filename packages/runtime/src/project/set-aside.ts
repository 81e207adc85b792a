import fs from 'node:fs/promises';
import { asWriteError, setAside, systemCode } from '../files/index.ts';
import type { Environment } from './environment.ts';
import { checkedOutEntries, type TrackedState } from './checked-out-entries.ts';
import type { Judgement } from './judge-state-dir.ts';
import type { ProjectPaths } from './project-paths.ts';
import { isForeign, isUnsafe, type StateDirEntry } from './state-dir-entries.ts';

export interface LeftBehind {
  /** Names, in the state dir, of what was moved. */
  names: readonly string[];
  setAside: string[];
  warnings: string[];
}

export const nothingSetAside: LeftBehind = { names: [], setAside: [], warnings: [] };

/**
 * Sets aside what a state dir of this kind must not keep; the reason is said once, because the next time it is gone.
 *
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, DISK_FULL, FILE_UNWRITABLE
 */
export async function leaveBehind(
  paths: ProjectPaths,
  environment: Environment,
  judgement: Judgement,
  found: readonly StateDirEntry[],
  { tracked, now }: { tracked: TrackedState; now: Date },
): Promise<LeftBehind> {
  const move = async (entries: readonly StateDirEntry[], reason: 'untrusted' | 'copied', why: string): Promise<LeftBehind> => {
    if (entries.length === 0) return nothingSetAside;
    const names = entries.map((entry) => entry.name).toSorted();
    const folder = await setAside(paths.stateDir, names, reason, now);
    return {
      names,
      setAside: names.map((name) => `${folder}/${name}`),
      warnings: [`${why}. Set aside in ${folder}: ${names.join(', ')}.`],
    };
  };

  const { uid, platform } = environment;
  if (judgement.kind === 'unknown' || judgement.kind === 'copied') {
    const why =
      judgement.kind === 'unknown' ? 'came with a clone or from another machine' : 'belongs to the project that this one was copied from';
    return await move(
      found.filter((entry) => isForeign(entry, uid)),
      judgement.kind === 'copied' ? 'copied' : 'untrusted',
      `What lay in ${paths.stateDir} ${why} and is not used`,
    );
  }
  const unsafe = found.filter((entry) => isUnsafe(entry, uid));
  const checkedOut = (await checkedOutEntries(paths, tracked, found, platform)).filter((entry) => !unsafe.includes(entry));
  const first = await move(unsafe, 'untrusted', `Links, special files and other users' files in ${paths.stateDir} are not used`);
  const second = await move(
    checkedOut,
    'untrusted',
    `Files that git has written into ${paths.stateDir} came with the repository and are not used`,
  );
  return {
    names: [...first.names, ...second.names],
    setAside: [...first.setAside, ...second.setAside],
    warnings: [...first.warnings, ...second.warnings],
  };
}

/**
 * The index of a moved project, when it is kept in a folder named after the project id, which has changed.
 *
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function keepExternalData(before: string, after: string): Promise<void> {
  if (before === after) return;
  try {
    await fs.rename(before, after);
  } catch (error) {
    const code = systemCode(error);
    // Nothing was indexed there, or the new folder is in use already.
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw asWriteError(error, `move ${before} to ${after}`, before);
  }
}
