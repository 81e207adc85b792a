import { type ParsedGlob, parseGlobs } from '@agent-brain/contract/globs';
import { anyDirectories, anySegment, compileGlobSegments, matchSegments, type PathPattern, quickTest } from './path-pattern.ts';

export interface Globs {
  /** True without any pattern; then nothing matches. */
  readonly isEmpty: boolean;
  /** @param path of a file, relative to the project root, `/` separators */
  matches(path: string): boolean;
  /** Whether every file beneath the directory matches, now and later, so that it need not be entered. */
  matchesDirectory(path: string): boolean;
}

export interface GlobOptions {
  /** A glob whose last part has wildcards also takes directories, with all beneath them, as in .gitignore. For excludes. */
  readonly wildcardDirectories?: boolean;
}

interface CompiledGlob {
  readonly source: string;
  readonly file: readonly TestedPattern[];
  readonly directory: readonly TestedPattern[];
}

interface TestedPattern {
  readonly pattern: PathPattern;
  readonly mayMatch: (segments: readonly string[]) => boolean;
}

/**
 * The glob dialect of `include`, `exclude` and `path_globs`. Paths are relative to the project root.
 *
 * - `*` any characters but `/` (leading dots too), `?` one, `[a-z]` `[!a-z]` one of, `\` takes the next literally,
 *   `{a,b}` alternatives, `**` as a whole part: any number of directories.
 * - Without `/` a glob matches at any depth (`*.ts`, `Makefile`); with one it starts at the root
 *   (`src/*.ts`; a leading `/` or `./` only says so).
 * - A glob that ends in a plain name stands for the file of that name or for all beneath the directory
 *   (`src/api`, `node_modules`); with `/` at its end for the directory alone.
 * - Brackets also stand for themselves, so names like `app/[slug]/page.tsx` need no escapes.
 * - Case matters. `!` does not negate: include and exclude are two lists.
 *
 * @throws AgentBrainError `REQUEST_INVALID` for an empty glob, a leading `!`, a `[` or `{a,` without its end, a `\` at the
 * end, or braces with over 256 alternatives in one glob, 512 in all
 */
export function compileGlobs(patterns: readonly string[], options: GlobOptions = {}): Globs {
  const globs = parseGlobs(patterns).map((glob) => compileGlob(glob, options));
  const literals = new Set(globs.map((glob) => glob.source));
  return {
    isEmpty: globs.length === 0,
    matches(path) {
      if (globs.length === 0) return false;
      if (literals.has(path)) return true;
      const segments = path.split('/');
      return globs.some((glob) => glob.file.some((tested) => matchesTested(tested, segments)));
    },
    matchesDirectory(path) {
      if (globs.length === 0) return false;
      const segments = path.split('/');
      return globs.some((glob) => glob.directory.some((tested) => matchesTested(tested, segments)));
    },
  };
}

const testedPattern = (pattern: PathPattern): TestedPattern => ({ pattern, mayMatch: quickTest(pattern) });

const matchesTested = ({ pattern, mayMatch }: TestedPattern, segments: readonly string[]): boolean =>
  mayMatch(segments) && matchSegments(pattern, segments);

function compileGlob({ source, alternatives }: ParsedGlob, options: GlobOptions): CompiledGlob {
  const compiled = alternatives.map((alternative) => compileAlternative(alternative, options));
  return {
    source,
    file: compiled.flatMap(({ file }) => file.map(testedPattern)),
    directory: compiled.flatMap(({ directory }) => directory.map(testedPattern)),
  };
}

function compileAlternative(text: string, options: GlobOptions): { file: PathPattern[]; directory: PathPattern[] } {
  const isDirectoryOnly = text.endsWith('/');
  const isAnchored = /^(?:\.?\/)/.test(text);
  const bare = text.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (bare === '' || bare === '.') return { file: [[anyDirectories, anySegment]], directory: [[anyDirectories]] };
  const own = compileGlobSegments(bare);
  const pattern: PathPattern = isAnchored || bare.includes('/') ? own : [anyDirectories, ...own];
  const last = pattern.at(-1);
  if (last === anyDirectories) return { file: [[...pattern, anySegment]], directory: [pattern] };
  const beneath: PathPattern = [...pattern, anyDirectories, anySegment];
  if (isDirectoryOnly) return { file: [beneath], directory: [[...pattern, anyDirectories]] };
  const takesDirectories = options.wildcardDirectories === true || last?.literal !== null;
  return takesDirectories ? { file: [pattern, beneath], directory: [[...pattern, anyDirectories]] } : { file: [pattern], directory: [] };
}
