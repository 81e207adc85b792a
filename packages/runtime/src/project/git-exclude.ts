import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { readBounded, systemCode } from '../files/index.ts';
import { nearestRepository } from '../git/index.ts';

const usualPlace = '.claude/agent-brain';
const comment = '# Agent Brain keeps private state of this machine in this directory. Only its config.json may be committed.';
const maxBytes = 1024 * 1024;

/**
 * Makes sure that the repository around a state dir excludes it by a rule of its own, `info/exclude` of the common git
 * directory. The `.gitignore` in the state dir does the same, but git itself can take that file away: a branch may have it
 * committed and another one not. Worktrees and nested projects share one rule.
 *
 * `.git` may come from anywhere. So the rule is only ever appended, to a regular file of this user with one name, in
 * directories that are no links; it cannot do more than hide a state dir from git.
 *
 * @param uid owner that all of it must have; negative: not checked
 * @returns `undefined` when the rule is there or no repository is; otherwise why it is not, to follow "because"
 */
export async function excludeFromGit(stateDir: string, uid: number): Promise<string | undefined> {
  const repository = nearestRepository(stateDir);
  if (repository === undefined) return undefined;
  const relative = path.relative(repository.workTree, stateDir).split(path.sep).join('/');
  // In `.git` itself nothing is ever staged.
  if (relative === '' || relative === '.git' || relative.startsWith('.git/')) return undefined;
  const rule = ruleFor(relative);
  if (rule === undefined) return `the path ${JSON.stringify(stateDir)} has a line break`;
  try {
    // Git stages nothing in what has no HEAD.
    if (!(await exists(path.join(repository.gitDir, 'HEAD')))) return undefined;
    if (!repository.isOwn) return `${repository.gitDir} is the git directory of another work tree`;
    const { commonDir } = repository;
    const info = path.join(commonDir, 'info');
    const refused = await refuseDirectory(commonDir, uid);
    if (refused !== undefined) return refused;
    await fs.mkdir(info).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
    return (await refuseDirectory(info, uid)) ?? (await append(path.join(info, 'exclude'), rule, uid));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns the lines of the rule; `undefined` for a path that no rule can name */
function ruleFor(relative: string): string[] | undefined {
  if (relative.includes('\n')) return undefined;
  const isUsual = relative === usualPlace || relative.endsWith(`/${usualPlace}`);
  const place = isUsual ? `**/${usualPlace}` : `/${relative.replaceAll(/[\\*?[\]]/g, '\\$&')}`;
  return [comment, `${place}/*`, `!${place}/config.json`];
}

const exists = (file: string): Promise<boolean> =>
  fs.lstat(file).then(
    () => true,
    () => false,
  );

async function refuseDirectory(directory: string, uid: number): Promise<string | undefined> {
  const found = await fs.lstat(directory);
  if (found.isSymbolicLink()) return `${directory} is a symbolic link`;
  if (!found.isDirectory()) return `${directory} is not a directory`;
  return uid >= 0 && found.uid !== uid ? `${directory} belongs to user ${found.uid}` : undefined;
}

async function append(file: string, rule: readonly string[], uid: number): Promise<string | undefined> {
  const read = await readBounded(file, { maxBytes });
  if (read.state === 'refused') return `of ${file} ${read.reason}`;
  const text = read.state === 'ok' ? read.text : '';
  if (isInForce(rule, text)) return undefined;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await fs.open(file, flags, 0o644);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return `${file} is not a regular file`;
    if (stats.nlink > 1) return `${file} has a second name (a hard link)`;
    if (uid >= 0 && stats.uid !== uid) return `${file} belongs to user ${stats.uid}`;
    // One write: two programs at once leave two rules, never half of one.
    await handle.write(`${text === '' || text.endsWith('\n') ? '' : '\n'}${rule.join('\n')}\n`);
    return undefined;
  } finally {
    await handle.close();
  }
}

/** The last rule that matches counts: after ours there may be none that includes anything again. */
function isInForce(rule: readonly string[], text: string): boolean {
  const lines = text.split(/\r?\n/);
  const last = lines.findLastIndex((_, index) => rule.every((line, offset) => lines[index + offset] === line));
  return last >= 0 && !lines.slice(last + rule.length).some((line) => line.startsWith('!'));
}
