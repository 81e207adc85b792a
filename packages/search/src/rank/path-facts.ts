import { tokenize } from '../tokenize/index.ts';
import type { PathFacts } from './signal.ts';

/** Stems that name nothing themselves: the folder above names what they hold. */
const emptyStems = new Set(['index', 'mod', 'lib', 'main', 'init', '__init__', 'package', 'readme', 'default']);

function pathFacts(path: string): PathFacts {
  const segments = path.split('/');
  const name = segments.at(-1) ?? '';
  const dot = name.indexOf('.', 1);
  const stem = (dot === -1 ? name : name.slice(0, dot)).toLowerCase();
  const folder = segments.at(-2) ?? '';
  const folderWords = tokenize(emptyStems.has(stem) ? `${segments.at(-3) ?? ''} ${folder}` : folder);
  return {
    stem,
    stemWords: [...new Set(tokenize(dot === -1 ? name : name.slice(0, dot)))],
    folderWords: [...new Set(folderWords)],
    segments,
  };
}

/** One fact sheet per path, however many chunks of it are candidates. */
export function pathFactsCache(): (path: string) => PathFacts {
  const known = new Map<string, PathFacts>();
  return (path) => {
    let facts = known.get(path);
    if (facts === undefined) known.set(path, (facts = pathFacts(path)));
    return facts;
  };
}
