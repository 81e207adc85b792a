import { anyDirectories, anySegment, compileSegments, matchSegments, type PathPattern } from './path-pattern.ts';
import { compileWildcard, type Wildcard } from './wildcard.ts';

interface IgnoreRule {
  readonly isNegated: boolean;
  readonly isDirectoryOnly: boolean;
  /** For patterns without a slash: compared with the last segment only. */
  readonly name: Wildcard | null;
  /** For the others: compared with the whole path from the rules' directory. */
  readonly path: PathPattern | null;
}

/** The rules of one or more ignore files of one directory, in order. */
export interface IgnoreRules {
  /**
   * What the last rule that matches says: true is ignored, false is taken back by `!`, undefined means no rule matches.
   * Parents are not looked at: ask for each of them first, from the top down (gitignore(5): "It is not possible to
   * re-include a file if a parent directory of that file is excluded").
   * @param path relative to the directory of the rules, `/` separators
   */
  match(path: string, name: string, isDirectory: boolean): boolean | undefined;
}

/**
 * Rules in the syntax of gitignore(5), or `null` when the text has none. Own code instead of a library
 * because the files belong to the repository: matching must stay linear whatever they hold.
 * Held equal to `git check-ignore` by a property test, apart from `/` inside brackets.
 */
export function parseIgnoreRules(text: string): IgnoreRules | null {
  const rules: IgnoreRule[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const rule = parseRule(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (rule !== null) rules.push(rule);
  }
  if (rules.length === 0) return null;
  rules.reverse();
  return {
    match(path, name, isDirectory) {
      let segments: string[] | null = null;
      for (const rule of rules) {
        if (rule.isDirectoryOnly && !isDirectory) continue;
        const isMatch =
          rule.name !== null ? rule.name.matches(name) : matchSegments(rule.path as PathPattern, (segments ??= path.split('/')));
        if (isMatch) return !rule.isNegated;
      }
      return undefined;
    },
  };
}

function parseRule(line: string): IgnoreRule | null {
  if (line === '' || line.startsWith('#')) return null;
  let pattern = trimTrailingSpaces(line);
  const isNegated = pattern.startsWith('!');
  if (isNegated) pattern = pattern.slice(1);
  const isDirectoryOnly = pattern.endsWith('/');
  if (isDirectoryOnly) pattern = pattern.slice(0, -1);
  if (pattern === '') return null;
  if (!pattern.includes('/')) return { isNegated, isDirectoryOnly, name: compileWildcard(pattern), path: null };
  const segments = compileSegments(pattern.startsWith('/') ? pattern.slice(1) : pattern);
  // "A trailing "/**" matches everything inside": at least one segment more.
  const path = segments.at(-1) === anyDirectories ? [...segments, anySegment] : segments;
  return { isNegated, isDirectoryOnly, name: null, path };
}

/** "Trailing spaces are ignored unless they are quoted with backslash". */
function trimTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') end -= 1;
  let backslashes = 0;
  while (backslashes < end && line[end - 1 - backslashes] === '\\') backslashes += 1;
  return end < line.length && backslashes % 2 === 1 ? line.slice(0, end + 1) : line.slice(0, end);
}
