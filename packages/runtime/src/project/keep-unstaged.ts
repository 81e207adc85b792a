import fs from 'node:fs/promises';
import { readBounded, writeAtomically } from '../files/index.ts';
import type { Environment } from './environment.ts';
import { excludeFromGit } from './git-exclude.ts';
import type { ProjectPaths } from './project-paths.ts';

/** It ignores itself as well, so that `git stash -u` and `git clean -fd` leave it, and `git status` shows nothing. */
const gitignore = `# Written by Agent Brain. All of this is state of one machine, except the configuration.
*
!config.json
`;

type Place = Pick<ProjectPaths, 'stateDir' | 'gitignoreFile'>;

/**
 * Keeps the state dir out of what git stages, whatever git or a person has done to it, except config.json. Makes no
 * directory; where the state dir is gone there is nothing to keep.
 *
 * @returns what a user should know, each a sentence
 */
export async function keepUnstaged(place: Place, { uid }: Pick<Environment, 'uid'>): Promise<string[]> {
  const why = await excludeFromGit(place.stateDir, uid);
  const isWritten = await keepGitignore(place.gitignoreFile).catch(() => false);
  if (why === undefined) return [];
  const left = isWritten ? 'its .gitignore alone keeps it out of commits' : 'nothing keeps it out of commits';
  return [`Git has no rule that excludes ${place.stateDir}, because ${why}; ${left}.`];
}

/**
 * Written anew when it differs: a clone's could let a token be committed.
 *
 * @returns false when a directory is in its place, or there is no state dir
 * @throws AgentBrainError DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function keepGitignore(file: string): Promise<boolean> {
  const found = await readBounded(file);
  if (found.state === 'ok' && found.text === gitignore) return true;
  const stats = await fs.lstat(file).catch(() => undefined);
  if (stats?.isDirectory() === true) return false;
  await writeAtomically(file, gitignore, { mode: 0o644 });
  return true;
}
