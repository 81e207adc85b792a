import { tokenize } from '../tokenize/index.ts';
import { type FolderKind, kindsOfFolder } from './folder-kinds.ts';

/** What rules want to know of a path. */
export interface PathFacts {
  name: string;
  /** The file's name up to its first dot, lower case. */
  stem: string;
  /** Words of the name without its extension, wholes and parts; of the folder, where the name says nothing (`index`). */
  nameWords: readonly string[];
  /** The same without the wholes that have parts. */
  nameParts: readonly string[];
  /** Words of the folder above what `nameWords` came from. */
  folderWords: readonly string[];
  /** Path of the folder, with the `/` behind it; empty at the top. */
  folder: string;
  /** Of the folder and those above it. */
  folderKinds: readonly FolderKind[];
}

interface NameFacts extends Pick<PathFacts, 'name' | 'stem' | 'nameWords' | 'nameParts'> {
  saysNothing: boolean;
}

interface FolderFacts extends Pick<PathFacts, 'folder' | 'nameWords' | 'nameParts' | 'folderWords' | 'folderKinds'> {
  name: string;
}

/** Names that say nothing themselves: the folder above says what they hold. */
const emptyStems = new Set(['index', 'mod', 'lib', 'main', 'init', '__init__', 'package', 'readme', 'default']);

function nameFacts(name: string): NameFacts {
  const firstDot = name.indexOf('.', 1);
  const lastDot = name.lastIndexOf('.');
  const stem = (firstDot === -1 ? name : name.slice(0, firstDot)).toLowerCase();
  // `history.plugin.bash` is named by two words, the extension aside.
  const naming = name.slice(0, lastDot > 0 ? lastDot : name.length);
  return { name, stem, ...namingFacts(naming), saysNothing: emptyStems.has(stem) };
}

function folderFacts(folder: string): FolderFacts {
  const names = folder.split('/').slice(0, -1);
  const name = names.at(-1) ?? '';
  return { name, folder, ...namingFacts(name), folderWords: wordsOf(names.at(-2) ?? ''), folderKinds: kindsOfFolder(names) };
}

function namingFacts(naming: string): Pick<PathFacts, 'nameWords' | 'nameParts'> {
  const nameWords = wordsOf(naming);
  const nameParts = partsOf(naming);
  const isSame = nameWords.length === nameParts.length && nameWords.every((word, index) => word === nameParts[index]);
  return { nameWords, nameParts: isSame ? nameWords : nameParts };
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

/** Some fifteen megabytes of both together; then each begins anew, which costs the next queries a millisecond. */
const MOST_KNOWN = 20_000;

/** Queries of a session meet the same names and folders again and again. */
function remembering<Facts>(factsOf: (text: string) => Facts): (text: string) => Facts {
  const known = new Map<string, Facts>();
  return (text) => {
    let facts = known.get(text);
    if (facts === undefined) {
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(text, (facts = factsOf(text)));
    }
    return facts;
  };
}

const knownName = remembering(nameFacts);
const knownFolder = remembering(folderFacts);

export function pathFactsOf(path: string): PathFacts {
  const border = path.lastIndexOf('/') + 1;
  const { name, stem, saysNothing, nameWords, nameParts } = knownName(path.slice(border));
  const above = knownFolder(path.slice(0, border));
  const { folder, folderKinds } = above;
  return saysNothing && above.name !== ''
    ? { name, stem, folder, folderKinds, nameWords: above.nameWords, nameParts: above.nameParts, folderWords: above.folderWords }
    : { name, stem, folder, folderKinds, nameWords, nameParts, folderWords: above.nameWords };
}
