import fs from 'node:fs';
import path from 'node:path';
import { readBoundedSync } from '@agent-brain/runtime/files';
import { lstatOf } from './lstat-of.ts';

/** A change of these means that git may list other files than before, without any file having changed. */
const hints = new Set(['HEAD', 'ORIG_HEAD', 'index']);
/** Git holds it from before it changes the first file until after the last one. */
const LOCK = 'index.lock';
const ruleFiles = new Set(['.gitignore', '.ignore', '.agent-brainignore', '.gitmodules']);

export type EventMeaning = 'file' | 'rules' | 'hint' | 'work' | 'nothing';

/** What an event at a path beneath a watched folder is about. `rules`: which files count changes with it; `work`: git is about to change files, or was. */
export function meaningOf(relative: string): EventMeaning {
  const parts = relative.split(path.sep);
  const at = parts.indexOf('.git');
  if (at < 0) return ruleFiles.has(parts.at(-1) ?? '') ? 'rules' : 'file';
  const inside = parts.slice(at + 1);
  if (inside.length === 0) return 'rules';
  if (inside.join('/') === 'info/exclude') return 'rules';
  if (inside.length !== 1) return 'nothing';
  if (inside[0] === LOCK) return 'work';
  return hints.has(inside[0] ?? '') ? 'hint' : 'nothing';
}

/** The file that a worktree or submodule has in place of a directory is one short line. */
const MAX_MARK_BYTES = 8_192;

/** Git's own directory for the worktree whose top this is; undefined when it is no top. */
export function gitDirectoryOf(top: string): string | undefined {
  const mark = path.join(top, '.git');
  const stat = lstatOf(mark);
  if (stat?.isDirectory() === true) return mark;
  if (stat?.isFile() !== true) return undefined;
  const target = /^gitdir:[ \t]*(.+)$/m.exec(readMark(mark))?.[1];
  return target === undefined ? undefined : path.resolve(top, target.trim());
}

/** Git's own directory for the worktree that a folder lies in; undefined outside git. */
export function gitDirectory(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (lstatOf(path.join(at, '.git')) !== undefined) return gitDirectoryOf(at);
    if (path.dirname(at) === at) return undefined;
  }
}

function readMark(mark: string): string {
  try {
    const read = readBoundedSync(mark, { maxBytes: MAX_MARK_BYTES });
    return read.state === 'ok' ? read.text : '';
  } catch {
    return '';
  }
}

/** A lock of git that is older was left by one that died. */
const STALE_LOCK_MS = 60_000;

/** Whether git is changing the worktree (checkout, merge, reset …): it holds its index for so long. */
export async function isGitAtWork(gitDir: string, nowMs: number): Promise<boolean> {
  const stat = await fs.promises.lstat(path.join(gitDir, LOCK)).catch(() => undefined);
  return stat !== undefined && nowMs - stat.mtimeMs < STALE_LOCK_MS;
}
