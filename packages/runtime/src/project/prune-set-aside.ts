import fs from 'node:fs/promises';
import path from 'node:path';
import { setAsideTime, type StateDirEntry } from './state-dir-entries.ts';

const DAY_MS = 86_400_000;
/** Long enough to miss something and look for it. */
const KEPT_DAYS = 30;
/** What comes again with every pull must not fill the disk within the time. */
const KEPT_FOLDERS = 10;

/**
 * Removes folders of things that were set aside, when they are older than 30 days or more than ten. Nothing has used them
 * since; what cannot be removed stays.
 *
 * @param entries what lies in the state dir
 */
export async function pruneSetAside(stateDir: string, entries: readonly StateDirEntry[], now: Date): Promise<void> {
  const folders = entries
    .filter(({ stats }) => stats.isDirectory())
    .flatMap(({ name }) => {
      const at = setAsideTime(name);
      return at === undefined ? [] : [{ name, at }];
    })
    .toSorted((one, other) => other.at - one.at);
  const old = folders.filter(({ at }, index) => index >= KEPT_FOLDERS || now.getTime() - at > KEPT_DAYS * DAY_MS);
  for (const { name } of old) await fs.rm(path.join(stateDir, name), { recursive: true, force: true }).catch(() => {});
}
