import { documentsNaming, type DocumentSet, type Hit, type TermLists } from '../postings/index.ts';
import { tokenize } from '../tokenize/index.ts';

/** A hit with its file. */
export interface FoundHit extends Hit {
  file: number;
}

/**
 * Which of the names the hits define, whatever their case, by their rows. Only chunks that have a word of such a name among
 * their symbols are looked at, as that is cheap to know and the chunks of some hundred files are not.
 * @param definitionsOf all that chunks define, by row; asked for rows by file, ascending
 */
export function definedNames(
  lists: TermLists,
  names: readonly string[],
  hits: readonly FoundHit[],
  definitionsOf: (rows: ReadonlyMap<number, readonly number[]>) => ReadonlyMap<number, readonly string[]>,
): ReadonlyMap<number, readonly string[]> {
  const defined = new Map<number, readonly string[]>();
  if (names.length === 0) return defined;
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const [row, definitions] of definitionsOf(rowsOf(hits.filter(mayDefine(lists, names))))) {
    const found = definitions.filter((name) => wanted.has(name.toLowerCase()));
    if (found.length > 0) defined.set(row, found);
  }
  return defined;
}

function mayDefine(lists: TermLists, names: readonly string[]): (hit: Hit) => boolean {
  const terms = termsOfNames(names);
  if (terms === null) return () => true;
  const naming = new Map<number, DocumentSet>();
  return ({ segment, document }) => {
    let documents = naming.get(segment);
    if (documents === undefined) naming.set(segment, (documents = documentsNaming(lists, segment, terms)));
    return documents.has(document);
  };
}

function rowsOf(hits: readonly FoundHit[]): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const { file, row } of hits) {
    const known = rows.get(file);
    if (known === undefined) rows.set(file, [row]);
    else known.push(row);
  }
  for (const ofFile of rows.values()) ofFile.sort((left, right) => left - right);
  return rows;
}

const plainName = /^\$*([\w$]*?\w)\$*[!?]?$/;
/** Longer words have no token of their own. */
const LONGEST = 64;

/**
 * Tokens of which a chunk has one among its symbols when it defines one of the names in any case: `Getter` stands there by
 * its stem, `GetTer`, which is two words, whole. null when that cannot be said of some name.
 */
export function termsOfNames(names: readonly string[]): string[] | null {
  const terms = new Set<string>();
  for (const name of names) {
    const whole = plainName.exec(name)?.[1]?.toLowerCase();
    const token = whole === undefined || whole.length > LONGEST ? undefined : tokenize(whole)[0];
    if (whole === undefined || token === undefined) return null;
    terms.add(whole).add(token);
  }
  return [...terms];
}
