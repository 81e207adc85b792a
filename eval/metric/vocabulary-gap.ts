import type { CodeQuery } from '../data/code-queries.ts';

/** Letters from which on a word of the query counts, and from which on a shared beginning does. */
const SHORTEST_WORD = 3;
const SHORTEST_PREFIX = 4;

/**
 * No word of the query is a part of the name of a file it looks for, nor begins like one: the label does not
 * leak through the path, and only what stands in the file can find it.
 */
export function isInVocabularyGap({ query, targets }: Pick<CodeQuery, 'query' | 'targets'>): boolean {
  const words = [...query.matchAll(/[a-zA-Z][\p{L}\p{N}_]*/gu)]
    .map(([word]) => word.toLowerCase())
    .filter((word) => word.length >= SHORTEST_WORD);
  const names = targets.flatMap((target) => partsOf(stemOf(target.path)));
  return !names.some((part) => words.some((word) => word === part || beginAlike(word, part)));
}

const beginAlike = (left: string, right: string): boolean =>
  Math.min(left.length, right.length) >= SHORTEST_PREFIX && (left.startsWith(right) || right.startsWith(left));

/** File name without its last extension; a leading dot begins none. */
function stemOf(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Names in `text` in lower case, and, of those made of several words, the words. */
function partsOf(text: string): string[] {
  return [...text.matchAll(/[a-zA-Z_][a-zA-Z0-9_]*/g)].flatMap(([name]) => {
    const words = name.includes('_') ? name.split('_').filter((word) => word !== '') : wordsOfCamelCase(name);
    return [name, ...(words.length > 1 ? words : [])].map((word) => word.toLowerCase());
  });
}

const wordsOfCamelCase = (name: string): string[] => name.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+/g) ?? [];
