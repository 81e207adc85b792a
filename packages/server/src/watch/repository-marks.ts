import fs from 'node:fs/promises';
import path from 'node:path';

/** A change of these means that git may list other files than before, without any file having changed. */
const hints = new Set(['HEAD', 'index']);
const ruleFiles = new Set(['.gitignore', '.ignore', '.agent-brainignore', '.gitmodules']);

export type EventMeaning = 'file' | 'rules' | 'hint' | 'nothing';

/** What an event at a path beneath a watched folder is about. `rules`: which files count changes with it. */
export function meaningOf(relative: string): EventMeaning {
  const parts = relative.split(path.sep);
  const at = parts.indexOf('.git');
  if (at < 0) return ruleFiles.has(parts.at(-1) ?? '') ? 'rules' : 'file';
  const inside = parts.slice(at + 1);
  if (inside.length === 0) return 'rules';
  if (inside.join('/') === 'info/exclude') return 'rules';
  return inside.length === 1 && hints.has(inside[0] ?? '') ? 'hint' : 'nothing';
}

/** The repository's own directory for the worktree that a folder lies in; undefined outside git. */
export async function gitDirectory(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const mark = path.join(at, '.git');
    const stat = await fs.lstat(mark).catch(() => undefined);
    if (stat?.isDirectory() === true) return mark;
    if (stat?.isFile() === true) {
      const target = /^gitdir:[ \t]*(.+)$/m.exec(await fs.readFile(mark, 'utf8').catch(() => ''))?.[1];
      return target === undefined ? undefined : path.resolve(at, target.trim());
    }
    if (path.dirname(at) === at) return undefined;
  }
}

/** A lock of git that is older was left by one that died. */
const STALE_LOCK_MS = 60_000;

/** Whether git is changing the worktree (checkout, merge, reset …): it holds its index for so long. */
export async function isGitAtWork(gitDir: string, nowMs: number): Promise<boolean> {
  const stat = await fs.lstat(path.join(gitDir, 'index.lock')).catch(() => undefined);
  return stat !== undefined && nowMs - stat.mtimeMs < STALE_LOCK_MS;
}
