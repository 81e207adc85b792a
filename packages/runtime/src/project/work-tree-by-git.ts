import { ancestors } from './ancestors.ts';
import type { Environment } from './environment.ts';
import { runGit } from './run-git.ts';

/** Git allows deeper nesting; nobody has it. Bounds the questions asked. */
const MAX_NESTING = 64;

/**
 * The work tree that git names for `start`, or of its outermost superproject when it is a submodule.
 *
 * Nothing is returned when git is missing, is too slow, refuses (a repository of another user, a start inside `.git`),
 * or gives an answer that is no ancestor of `start`: with a hostile `core.worktree` that could be any directory.
 *
 * @param timeoutMs for all questions together
 */
export async function workTreeByGit(start: string, environment: Environment, timeoutMs: number): Promise<string | undefined> {
  const deadline = performance.now() + timeoutMs;
  let directory = start;
  for (let depth = 0; depth < MAX_NESTING; depth++) {
    const args = ['rev-parse', '--show-toplevel', '--show-superproject-working-tree'];
    const answer = await runGit({ args, directory, timeoutMs: Math.max(deadline - performance.now(), 0) }, environment);
    if (answer.state !== 'ok') return undefined;
    const found = parseWorkTrees(answer.output, directory);
    if (found === undefined) return undefined;
    if (found.superproject === undefined) return found.workTree;
    directory = found.superproject;
  }
  return undefined;
}

interface WorkTrees {
  workTree: string;
  superproject?: string;
}

/**
 * Git separates the two paths by a newline and quotes nothing, and a directory name may hold newlines as well. As both
 * must be ancestors of the directory asked about, comparing them with those is unambiguous.
 */
export function parseWorkTrees(output: string, directory: string): WorkTrees | undefined {
  for (const workTree of ancestors(directory)) {
    if (output === `${workTree}\n`) return { workTree };
    if (!output.startsWith(`${workTree}\n`)) continue;
    const rest = output.slice(workTree.length + 1);
    for (const superproject of ancestors(workTree)) {
      if (superproject !== workTree && rest === `${superproject}\n`) return { workTree, superproject };
    }
  }
  return undefined;
}
