import { DocumentSet } from './document-set.ts';
import type { LiveSegment } from './live-segment.ts';
import { blockSize } from './packed-integers.ts';
import { PostingBuffer } from './posting-buffer.ts';
import type { PostingList } from './posting-list.ts';
import { compareTerms, termBytes, termText } from './term-bytes.ts';
import type { TermLists } from './term-lists.ts';

/**
 * Living documents that have all of the terms in any field: those that a phrase of these terms can stand in. Positions are
 * not stored: they would double the index, and the text that has them is at hand for the few documents this leaves.
 * @throws DamagedBytes
 */
export function documentsWithAll(live: LiveSegment, terms: readonly string[]): DocumentSet {
  const size = live.segment.documents.count;
  const lists = terms.map((term) => live.segment.list(termBytes(term)));
  const present = lists.filter((list) => list !== null).sort((left, right) => left.count - right.count);
  if (present.length < terms.length || present.length === 0) return new DocumentSet(size);
  const [rarest, ...others] = present as [PostingList, ...PostingList[]];
  let found = documentsIn(rarest, (document) => live.tombstones?.has(document) !== true);
  for (const list of others) {
    const before = found;
    found = documentsIn(list, (document) => before.has(document));
  }
  return found;
}

function documentsIn(list: PostingList, isWanted: (document: number) => boolean): DocumentSet {
  const found = new DocumentSet(list.documentCount);
  const block = new PostingBuffer(blockSize);
  for (let number = 0; number < list.blocks; number++) {
    list.readBlock(number, block);
    for (let index = 0; index < block.length; index++) {
      const document = block.documents[index] as number;
      if (isWanted(document)) found.add(document);
    }
  }
  return found;
}

/**
 * Documents of one segment that have any of the terms in their symbol, deleted ones included.
 * @param position of the segment
 * @throws DamagedBytes
 */
export function documentsNaming(lists: TermLists, position: number, terms: readonly string[]): DocumentSet {
  const found = new DocumentSet(lists.segments[position]?.segment.documents.count ?? 0);
  for (const term of terms) {
    const list = lists.of(term)[position];
    if (list === undefined || list === null) continue;
    for (let number = 0; number < list.blocks; number++) {
      if (list.table?.maxSymbol[number] === 0) continue;
      list.readBlock(number, scratch);
      for (let index = 0; index < scratch.length; index++) if (scratch.symbol[index] !== 0) found.add(scratch.documents[index] as number);
    }
  }
  return found;
}

const scratch = new PostingBuffer(blockSize);

/** Living terms that are looked at for a prefix. */
const LOOKED_AT = 2_048;

/**
 * Terms that begin with `prefix`, those of most living documents first. Of a prefix with very many terms only the first ones,
 * in the order of the dictionary, are looked at. How the documents came into their segments, and what was deleted there,
 * makes no difference.
 * @throws DamagedBytes
 */
export function termsWithPrefix(segments: readonly LiveSegment[], prefix: string, limit: number): string[] {
  const start = termBytes(prefix);
  const found = new Map<string, { term: Uint8Array; count: number }>();
  for (const live of segments) {
    let looked = 0;
    for (const stored of live.segment.terms(start)) {
      if (looked >= LOOKED_AT || !start.every((byte, index) => stored.term[index] === byte)) break;
      const text = termText(stored.term);
      const count = live.tombstones === null ? stored.count : live.matches(text, stored.list(), everywhere);
      if (count === 0) continue;
      looked += 1;
      const known = found.get(text);
      if (known === undefined) found.set(text, { term: stored.term, count });
      else known.count += count;
    }
  }
  let chosen = [...found];
  if (chosen.length > LOOKED_AT) chosen = chosen.sort(([, left], [, right]) => compareTerms(left.term, right.term)).slice(0, LOOKED_AT);
  return chosen
    .sort(([left, { count: leftCount }], [right, { count: rightCount }]) => rightCount - leftCount || (left < right ? -1 : 1))
    .slice(0, limit)
    .map(([term]) => term);
}

const everywhere = { body: true, path: true, symbol: true };

/** Documents whose file passes; it is asked once per run of documents of a file. */
export function documentsOfFiles(live: LiveSegment, passes: (file: number) => boolean): DocumentSet {
  const { count, files } = live.segment.documents;
  const found = new DocumentSet(count);
  let passing = false;
  for (let document = 0; document < count; document++) {
    if (document === 0 || files[document] !== files[document - 1]) passing = passes(files[document] as number);
    if (passing) found.add(document);
  }
  return found;
}
