import { AgentBrainError } from '@agent-brain/contract/errors';
import { anyDirectories, anySegment, compileSegments, matchSegments, type PathPattern, quickTest } from './path-pattern.ts';

/** Alternatives that the braces of one glob may expand to. */
const maxAlternatives = 256;
/** And those of all globs of a list together: every file of the index is held against each of them. */
const maxAlternativesTogether = 512;

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
  readonly alternatives: number;
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
 * - A path itself always matches that path, so names like `app/[id]/page.tsx` need no escapes.
 * - Case matters. `!` does not negate: include and exclude are two lists.
 *
 * @throws AgentBrainError `REQUEST_INVALID` for an empty glob, a leading `!`, or braces with over 256
 * alternatives in one glob, 512 in all
 */
export function compileGlobs(patterns: readonly string[], options: GlobOptions = {}): Globs {
  const globs = patterns.map((pattern) => compileGlob(pattern, options));
  const alternatives = globs.reduce((sum, glob) => sum + glob.alternatives, 0);
  if (alternatives > maxAlternativesTogether)
    throw new AgentBrainError(
      'REQUEST_INVALID',
      `The ${globs.length} globs of one list stand for ${alternatives} alternatives — ${maxAlternativesTogether} are allowed`,
      { hint: 'Use fewer braces.' },
    );
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

function compileGlob(source: string, options: GlobOptions): CompiledGlob {
  if (source.startsWith('!'))
    throw invalidGlob(
      source,
      'globs cannot negate with "!"',
      'Put the glob into `exclude`, or write `\\!` for a name that starts with "!".',
    );
  const alternatives = expandBraces(source);
  if (alternatives === null) throw invalidGlob(source, `its braces have more than ${maxAlternatives} alternatives`, 'Use several globs.');
  const file: PathPattern[] = [];
  const directory: PathPattern[] = [];
  for (const alternative of alternatives) {
    const compiled = compileAlternative(alternative, options);
    if (compiled === null) throw invalidGlob(source, 'it names no path', 'Use `**` for all files.');
    file.push(...compiled.file);
    directory.push(...compiled.directory);
  }
  return { source, alternatives: alternatives.length, file: file.map(testedPattern), directory: directory.map(testedPattern) };
}

const invalidGlob = (source: string, reason: string, hint: string): AgentBrainError =>
  new AgentBrainError('REQUEST_INVALID', `The glob ${JSON.stringify(source)} cannot be used — ${reason}`, { hint, data: { glob: source } });

function compileAlternative(text: string, options: GlobOptions): { file: PathPattern[]; directory: PathPattern[] } | null {
  const isDirectoryOnly = text.endsWith('/');
  const isAnchored = /^(?:\.?\/)/.test(text);
  const bare = text.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (bare === '' || bare === '.')
    return isAnchored || text === '.' ? { file: [[anyDirectories, anySegment]], directory: [[anyDirectories]] } : null;
  const own = compileSegments(bare);
  const pattern: PathPattern = isAnchored || bare.includes('/') ? own : [anyDirectories, ...own];
  const last = pattern.at(-1);
  if (last === anyDirectories) return { file: [[...pattern, anySegment]], directory: [pattern] };
  const beneath: PathPattern = [...pattern, anyDirectories, anySegment];
  if (isDirectoryOnly) return { file: [beneath], directory: [[...pattern, anyDirectories]] };
  const takesDirectories = options.wildcardDirectories === true || last?.literal !== null;
  return takesDirectories ? { file: [pattern, beneath], directory: [[...pattern, anyDirectories]] } : { file: [pattern], directory: [] };
}

/** `a{b,c{d,e}}` → `ab`, `acd`, `ace`. Braces without a comma or without their end are plain characters. `null` when there are too many. */
function expandBraces(pattern: string): string[] | null {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0) {
    if (open.length + done.length > maxAlternatives) return null;
    const text = open.pop() as string;
    const group = firstGroup(text);
    if (group === null) done.push(text);
    else for (const option of group.options.toReversed()) open.push(text.slice(0, group.start) + option + text.slice(group.end));
  }
  return done;
}

interface BraceGroup {
  readonly start: number;
  /** Behind the closing brace. */
  readonly end: number;
  readonly options: string[];
}

function firstGroup(text: string): BraceGroup | null {
  for (let start = 0; start < text.length; start += 1) {
    if (text[start] === '\\') start += 1;
    else if (text[start] === '{') {
      const group = readGroup(text, start);
      if (group !== null) return group;
    }
  }
  return null;
}

function readGroup(text: string, start: number): BraceGroup | null {
  const options: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '{') depth += 1;
    else if (character === ',' && depth === 1) {
      options.push(text.slice(from, at));
      from = at + 1;
    } else if (character === '}') {
      depth -= 1;
      if (depth > 0) continue;
      options.push(text.slice(from, at));
      return options.length > 1 ? { start, end: at + 1, options } : null;
    }
  }
  return null;
}
