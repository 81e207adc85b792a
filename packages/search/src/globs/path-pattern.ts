import { segmentsOf } from '@agent-brain/contract/globs';
import { compileWildcard, type Wildcard } from './wildcard.ts';

/** Any number of directories, none too. */
export const anyDirectories = '**';

/** A pattern for whole paths, one entry per segment. */
export type PathPattern = readonly (Wildcard | typeof anyDirectories)[];

/** Splits at `/`, escaped or not; `**` as a whole segment stands for any number of them. */
export const compileSegments = (pattern: string, compile = compileWildcard): PathPattern =>
  segmentsOf(pattern).map((segment) => (segment === anyDirectories ? anyDirectories : compile(segment)));

/** As {@link compileSegments}, and brackets also stand for themselves: `[slug]` is the name of a folder in some frameworks. */
export const compileGlobSegments = (pattern: string): PathPattern => compileSegments(pattern, compileBracketName);

function compileBracketName(segment: string): Wildcard {
  const asClass = compileWildcard(segment);
  if (!segment.includes('[') || asClass.literal !== null) return asClass;
  const asName = compileWildcard(segment.replace(/\\[^]|\[/g, (text) => (text === '[' ? '\\[' : text)));
  return { literal: null, matches: (text) => asClass.matches(text) || asName.matches(text) };
}

/** Exactly one segment, any. */
export const anySegment: Wildcard = compileWildcard('*');

/**
 * What most paths fail by, without trying places: the number of segments, the last one, and plain names.
 * @returns a test that is true for every path the pattern matches
 */
export function quickTest(pattern: PathPattern): (segments: readonly string[]) => boolean {
  const parts = pattern.filter((part) => part !== anyDirectories);
  const names = parts.flatMap(({ literal }) => literal ?? []);
  const end = pattern.at(-1);
  const last = end === anyDirectories ? undefined : end;
  return (segments) =>
    segments.length >= parts.length && last?.matches(segments.at(-1) as string) !== false && names.every((name) => segments.includes(name));
}

/** Whether the pattern matches all segments, in O(pattern × segments) comparisons of segments. */
export function matchSegments(pattern: PathPattern, segments: readonly string[]): boolean {
  let at = 0;
  let segment = 0;
  let returnAt = -1;
  let returnSegment = 0;
  while (segment < segments.length) {
    const current = pattern[at];
    if (current === anyDirectories) {
      returnAt = at;
      returnSegment = segment;
      at += 1;
    } else if (current?.matches(segments[segment] as string)) {
      at += 1;
      segment += 1;
    } else if (returnAt >= 0) {
      at = returnAt + 1;
      returnSegment += 1;
      segment = returnSegment;
    } else {
      return false;
    }
  }
  while (pattern[at] === anyDirectories) at += 1;
  return at === pattern.length;
}
