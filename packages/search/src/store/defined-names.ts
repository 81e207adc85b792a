import { documentsNaming, type DocumentSet, type Hit, type TermLists } from '../postings/index.ts';
import { tokenize } from '../tokenize/index.ts';
import type { ChunkRow } from './index-store.ts';

const none: readonly string[] = [];

/**
 * Says which of the names a hit defines, whatever their case. Only chunks that have a word of such a name among their
 * symbols are looked at, as that is cheap to know and the chunks of some hundred files are not.
 */
export function definedNames(
  lists: TermLists,
  names: readonly string[],
  { chunkOf }: { chunkOf(file: number, row: number): ChunkRow },
): (hit: Hit, file: number) => readonly string[] {
  if (names.length === 0) return () => none;
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const terms = termsOfNames(names);
  const naming = new Map<number, DocumentSet>();
  const mayDefine = ({ segment, document }: Hit): boolean => {
    if (terms === null) return true;
    let documents = naming.get(segment);
    if (documents === undefined) naming.set(segment, (documents = documentsNaming(lists, segment, terms)));
    return documents.has(document);
  };
  return (hit, file) => (mayDefine(hit) ? chunkOf(file, hit.row).definitions.filter((name) => wanted.has(name.toLowerCase())) : none);
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
