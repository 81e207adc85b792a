import { type ByteReader, type ByteWriter, DamagedBytes } from '../bytes/index.ts';
import type { PostingBuffer } from './posting-buffer.ts';

const ONCE = 0;
const TWICE = 1;
const BODY_ONLY = 2;
const ANY_FIELD = 3;
const CODE_BITS = 2;
/** Documents of a segment; the distance of two must leave room for the code in 32 bits. */
export const documentsMax = 2 ** 30 - 1;

/** Postings one after another: distance and a code in one varint, frequencies the code does not say after it. */
export function writePostingCodes(writer: ByteWriter, postings: PostingBuffer, start: number, end: number): void {
  let previous = -1;
  for (let index = start; index < end; index++) {
    const document = postings.documents[index] as number;
    const body = postings.body[index] as number;
    const path = postings.path[index] as number;
    const symbol = postings.symbol[index] as number;
    const code = path > 0 || symbol > 0 || body === 0 ? ANY_FIELD : body > 2 ? BODY_ONLY : body - 1;
    writer.varint((((document - previous - 1) << CODE_BITS) | code) >>> 0);
    previous = document;
    if (code >= BODY_ONLY) writer.varint(body);
    if (code !== ANY_FIELD) continue;
    writer.varint(path);
    writer.varint(symbol);
  }
}

/** @param into takes `count` postings from its index 0 on */
export function readPostingCodes(reader: ByteReader, count: number, documentCount: number, into: PostingBuffer): void {
  into.reserve(count);
  const { documents, body, path, symbol } = into;
  let previous = -1;
  for (let index = 0; index < count; index++) {
    const value = reader.varint();
    previous += (value >>> CODE_BITS) + 1;
    if (previous >= documentCount) throw new DamagedBytes(`a posting of document ${previous} of ${documentCount}`);
    documents[index] = previous;
    const code = value & ANY_FIELD;
    body[index] = code === ONCE ? 1 : code === TWICE ? 2 : reader.varint();
    path[index] = code === ANY_FIELD ? reader.varint() : 0;
    symbol[index] = code === ANY_FIELD ? reader.varint() : 0;
  }
  into.length = count;
}
