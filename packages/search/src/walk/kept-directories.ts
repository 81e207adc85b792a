import { join } from 'node:path';
import { addLevel, isIgnored, type RuleLevel } from './rule-levels.ts';

/**
 * Directories that hold a tracked file which the rules would leave out, in them or beneath.
 *
 * @param top absolute path of the work tree
 * @param tracked paths relative to the top, as the results
 * @param rules of the user and of the repository, which hold for the top
 */
export function keptDirectories(top: string, tracked: Iterable<string>, rules: RuleLevel | null, foldsCase: boolean): Set<string> {
  const known = new Map<string, RuleLevel | null | 'ignored'>([['', addLevel(rules, top, ['.gitignore'], foldsCase)]]);
  const rulesIn = (directory: string): RuleLevel | null | 'ignored' => {
    let found = known.get(directory);
    if (found !== undefined) return found;
    const slash = directory.lastIndexOf('/');
    const around = rulesIn(slash < 0 ? '' : directory.slice(0, slash));
    const absolute = join(top, directory);
    found =
      around === 'ignored' || isIgnored(around, absolute, directory.slice(slash + 1), true)
        ? 'ignored'
        : addLevel(around, absolute, ['.gitignore'], foldsCase);
    known.set(directory, found);
    return found;
  };
  const kept = new Set<string>();
  for (const path of tracked) {
    const slash = path.lastIndexOf('/');
    const inside = rulesIn(slash < 0 ? '' : path.slice(0, slash));
    if (inside !== 'ignored' && !isIgnored(inside, join(top, path), path.slice(slash + 1), false)) continue;
    for (let at = slash; at > 0 && !kept.has(path.slice(0, at)); at = path.lastIndexOf('/', at - 1)) kept.add(path.slice(0, at));
  }
  return kept;
}
