import { AgentBrainError } from '../errors/index.ts';
import { expandBraces, hasOpenBrace, maxAlternatives } from './expand-braces.ts';
import { tokenise } from './tokenise.ts';

/** Alternatives that all globs of one list may expand to: every file of the index is compared with each of them. */
const maxAlternativesTogether = 512;

/** The reason why a list of globs is refused. */
export interface GlobFault {
  /** Place in the list; absent when it is about all of them. */
  readonly index?: number;
  readonly message: string;
  readonly hint: string;
}

export interface ParsedGlob {
  readonly source: string;
  /** Without braces. */
  readonly alternatives: readonly string[];
}

/**
 * Reads a list of globs. The dialect is described at `compileGlobs` of the search package; everything that takes globs
 * (requests, configuration, command line, tools of agents) checks them here, so that all refuse the same.
 * @throws AgentBrainError `REQUEST_INVALID`
 */
export function parseGlobs(patterns: readonly string[]): ParsedGlob[] {
  const { globs, fault } = readGlobs(patterns);
  if (fault === undefined) return globs;
  const glob = fault.index === undefined ? {} : { data: { glob: patterns[fault.index] } };
  throw new AgentBrainError('REQUEST_INVALID', fault.message, { hint: fault.hint, ...glob });
}

/** The first reason why the list would be refused by {@link parseGlobs}. */
export const globFault = (patterns: readonly string[]): GlobFault | undefined => readGlobs(patterns).fault;

function readGlobs(patterns: readonly string[]): { globs: ParsedGlob[]; fault?: GlobFault } {
  const globs: ParsedGlob[] = [];
  let total = 0;
  for (const [index, source] of patterns.entries()) {
    const read = readGlob(source);
    if ('reason' in read) {
      const message = `The glob ${JSON.stringify(source)} cannot be used — ${read.reason}`;
      return { globs, fault: { index, message, hint: read.hint } };
    }
    globs.push({ source, alternatives: read.alternatives });
    total += read.alternatives.length;
  }
  if (total <= maxAlternativesTogether) return { globs };
  const message = `The ${patterns.length} globs of one list stand for ${total} alternatives — ${maxAlternativesTogether} are allowed`;
  return { globs, fault: { message, hint: 'Use fewer braces.' } };
}

function readGlob(source: string): { alternatives: string[] } | { reason: string; hint: string } {
  if (source.startsWith('!'))
    return {
      reason: 'globs cannot negate with "!"',
      hint: 'Put the glob into `exclude`, or write `\\!` for a name that starts with "!".',
    };
  if (hasOpenBrace(source))
    return { reason: 'its "{" has no closing "}"', hint: 'Close the braces, or write `\\{` for a name that contains "{".' };
  const alternatives = expandBraces(source);
  if (alternatives === null) return { reason: `its braces have more than ${maxAlternatives} alternatives`, hint: 'Use several globs.' };
  for (const alternative of alternatives) {
    if (alternative === '') return { reason: 'it names no path', hint: 'Use `**` for all files.' };
    if (segmentsOf(alternative).some((segment) => tokenise(segment) === null))
      return alternative.endsWith('\\')
        ? { reason: 'it ends with a "\\" that escapes nothing', hint: 'Remove the "\\", or write `\\\\` for a name that ends with it.' }
        : { reason: 'its "[" has no closing "]"', hint: 'Close the brackets, or write `\\[` for a name that contains "[".' };
  }
  return { alternatives };
}

/** Splits a pattern without braces at every `/`, escaped or not. */
export const segmentsOf = (pattern: string): string[] =>
  pattern.replace(/\\([^])/g, (pair, escaped) => (escaped === '/' ? '/' : pair)).split('/');
