import { execFileSync } from 'node:child_process';

/** Files that decide how all others are checked. */
const decidesForAll = /^(?:[^/]+\.jsonc?|\.[^/]+|scripts\/(?:check|tidy|direction)\/.*)$/;

/**
 * The packages and top-level folders in which something differs from the main branch, or is not committed. A part of the
 * check may look at these alone.
 * @returns paths relative to `root`, sorted; undefined: a file that decides for all of them has changed
 */
export function changedAreas(root: string): string[] | undefined {
  const files = changedFiles(root);
  return files.some((file) => decidesForAll.test(file)) ? undefined : [...new Set(files.map(areaOf))].toSorted();
}

/** `packages/search`, `test/harness`, `scripts`; a file of the root is an area of its own. */
export const areaOf = (file: string): string => /^(?:packages\/[^/]+|test\/[^/]+|[^/]+)(?=\/|$)/.exec(file)?.[0] ?? file;

function changedFiles(root: string): string[] {
  const git = (...argv: string[]): string[] =>
    execFileSync('git', argv, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\0')
      .filter((name) => name !== '');
  const untracked = git('ls-files', '-z', '--others', '--exclude-standard');
  return [...git('diff', '--name-only', '-z', baseOf(root)), ...untracked];
}

/** Where this branch has left the main one; the last commit where there is no such branch. */
function baseOf(root: string): string {
  for (const branch of ['origin/main', 'main', 'origin/HEAD']) {
    try {
      return execFileSync('git', ['merge-base', 'HEAD', branch], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      // The next name.
    }
  }
  return 'HEAD';
}
