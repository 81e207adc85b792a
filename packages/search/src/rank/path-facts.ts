import { tokenize } from '../tokenize/index.ts';
import type { PathFacts } from './signal.ts';

/** Names that say nothing themselves: the folder above says what they hold. */
const emptyStems = new Set(['index', 'mod', 'lib', 'main', 'init', '__init__', 'package', 'readme', 'default']);

function pathFacts(path: string): PathFacts {
  const segments = path.split('/');
  const name = segments.at(-1) ?? '';
  const firstDot = name.indexOf('.', 1);
  const lastDot = name.lastIndexOf('.');
  const stem = (firstDot === -1 ? name : name.slice(0, firstDot)).toLowerCase();
  const folder = segments.at(-2) ?? '';
  const isEmpty = emptyStems.has(stem) && folder !== '';
  // `history.plugin.bash` is named by two words, the extension aside.
  const naming = isEmpty ? folder : name.slice(0, lastDot > 0 ? lastDot : name.length);
  return {
    stem,
    nameWords: wordsOf(naming),
    nameParts: partsOf(naming),
    folderWords: wordsOf(isEmpty ? (segments.at(-3) ?? '') : folder),
    segments,
  };
}

const wordsOf = (name: string): string[] => [...new Set(tokenize(name))];

/** The single words of a name, without the wholes that are made of them. */
function partsOf(name: string): string[] {
  const parts = name.split(/[^\p{L}\p{N}\p{M}_$]+/u).flatMap((word) => {
    const tokens = tokenize(word);
    return tokens.length > 1 ? tokens.slice(1) : tokens;
  });
  return [...new Set(parts)];
}

/** Some ten megabytes; then it begins anew, which costs the next queries a millisecond. */
const MOST_KNOWN = 10_000;
const known = new Map<string, PathFacts>();

/** One fact sheet per path: queries of a session meet the same files again and again. */
export function pathFactsOf(path: string): PathFacts {
  let facts = known.get(path);
  if (facts === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(path, (facts = pathFacts(path)));
  }
  return facts;
}
