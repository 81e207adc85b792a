import { blockSize } from './packed-integers.ts';
import type { DocumentSet } from './document-set.ts';
import { PostingBuffer } from './posting-buffer.ts';
import type { PostingList } from './posting-list.ts';
import type { Segment } from './segment.ts';

/** Which fields are searched. */
export interface SearchedFields {
  body: boolean;
  path: boolean;
  symbol: boolean;
}

/** Terms whose live matches in some fields are remembered. */
const REMEMBERED_TERMS = 4_096;

/** A segment and what was deleted in it: one state, never changed. */
export class LiveSegment {
  readonly segment: Segment;
  readonly tombstones: DocumentSet | null;
  /** Living documents. */
  readonly documents: number;
  /** Tokens of the living documents. */
  readonly totalLength: number;
  readonly #dead: Uint32Array;
  /** By the fields searched, then by term. */
  readonly #matches = Array.from({ length: 8 }, () => new Map<string, number>());

  /** @param tombstones must not be changed any more */
  constructor(segment: Segment, tombstones: DocumentSet | null) {
    this.segment = segment;
    this.tombstones = tombstones === null || tombstones.count === 0 ? null : tombstones;
    this.#dead = Uint32Array.from(this.tombstones ?? []);
    this.documents = segment.documents.count - this.#dead.length;
    let deadLength = 0;
    for (const document of this.#dead) deadLength += segment.documents.lengths[document] as number;
    this.totalLength = segment.totalLength - deadLength;
  }

  /** Living documents of the term's list that have it in a searched field. */
  matches(term: string, list: PostingList, fields: SearchedFields): number {
    const everywhere = fields.body && fields.path && fields.symbol;
    if (everywhere && this.tombstones === null) return list.count;
    const counted = this.tombstones === null ? countedMatches(list, fields) : null;
    if (counted !== null) return counted;
    const known = this.#matches[(fields.body ? 1 : 0) + (fields.path ? 2 : 0) + (fields.symbol ? 4 : 0)] as Map<string, number>;
    let matches = known.get(term);
    if (matches !== undefined) return matches;
    matches = everywhere ? list.count - this.#deadMatches(list) : this.#countMatches(list, fields);
    if (known.size >= REMEMBERED_TERMS) known.clear();
    known.set(term, matches);
    return matches;
  }

  /** Reads only blocks that a dead document may stand in. */
  #deadMatches(list: PostingList): number {
    const dead = this.#dead;
    let matches = 0;
    let next = 0;
    for (let block = 0; block < list.blocks && next < dead.length; block++) {
      const last = list.table === null ? list.documentCount : (list.table.lastDocument[block] as number);
      if ((dead[next] as number) > last) continue;
      list.readBlock(block, scratch);
      for (let index = 0; index < scratch.length && next < dead.length; ) {
        const distance = (dead[next] as number) - (scratch.documents[index] as number);
        if (distance === 0) matches += 1;
        if (distance <= 0) next += 1;
        if (distance >= 0) index += 1;
      }
      while (next < dead.length && (dead[next] as number) <= last) next += 1;
    }
    return matches;
  }

  #countMatches(list: PostingList, fields: SearchedFields): number {
    let matches = 0;
    for (let block = 0; block < list.blocks; block++) {
      list.readBlock(block, scratch);
      for (let index = 0; index < scratch.length; index++) {
        if (this.tombstones?.has(scratch.documents[index] as number) === true) continue;
        const isMatch =
          (fields.body && scratch.body[index] !== 0) ||
          (fields.path && scratch.path[index] !== 0) ||
          (fields.symbol && scratch.symbol[index] !== 0);
        if (isMatch) matches += 1;
      }
    }
    return matches;
  }
}

/** What a list of several blocks says of one field by itself. */
function countedMatches({ matches }: PostingList, { body, path, symbol }: SearchedFields): number | null {
  if (matches === null || Number(body) + Number(path) + Number(symbol) !== 1) return null;
  return body ? matches.body : path ? matches.path : matches.symbol;
}

const scratch = new PostingBuffer(blockSize);
