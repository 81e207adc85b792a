import { DamagedBytes } from '../bytes/index.ts';
import type { DocumentTable } from './document-table.ts';
import { FilePostingsReader } from './file-postings.ts';
import { PostingBuffer } from './posting-buffer.ts';
import type { SegmentSink } from './segment-storage.ts';
import { type SegmentSummary, SegmentWriter } from './segment-writer.ts';
import { TermTable } from './term-table.ts';

/** One file of a new segment. */
export interface SegmentFile {
  /** Row of the file. */
  file: number;
  /** Rows of its chunks, ascending, and above those of the files before. */
  rows: ArrayLike<number>;
  /** What a `FilePostingsBuilder` made of these chunks. */
  postings: Uint8Array;
}

/**
 * Writes a segment with the chunks of `files`. Two passes over their postings: the first numbers the terms and counts their
 * postings, the second puts every posting where it belongs.
 */
export function buildSegment(sink: SegmentSink, segment: number, files: readonly SegmentFile[]): SegmentSummary {
  const documents = documentsOf(files);
  const { terms, starts, numbers } = countPostings(files);
  const postings = placePostings(files, starts, numbers);
  const writer = new SegmentWriter(sink, segment, documents);
  const list = new PostingBuffer(0);
  for (const term of terms.sorted()) {
    const start = starts[term] as number;
    const end = starts[term + 1] as number;
    list.documents = postings.documents.subarray(start, end);
    list.body = postings.body.subarray(start, end);
    list.path = postings.path.subarray(start, end);
    list.symbol = postings.symbol.subarray(start, end);
    list.length = end - start;
    if (list.length > 0) writer.add(terms.bytes(term), list);
  }
  return writer.finish();
}

function documentsOf(files: readonly SegmentFile[]): DocumentTable {
  const count = files.reduce((sum, file) => sum + file.rows.length, 0);
  const table = { count, lengths: new Uint32Array(count), rows: new Uint32Array(count), files: new Uint32Array(count) };
  let document = 0;
  for (const { file, rows, postings } of files) {
    const reader = new FilePostingsReader(postings);
    if (reader.chunks !== rows.length) throw new DamagedBytes(`postings of ${reader.chunks} chunks for ${rows.length}`);
    for (let chunk = 0; chunk < rows.length; chunk++, document++) {
      table.lengths[document] = reader.length();
      table.rows[document] = rows[chunk] as number;
      table.files[document] = file;
    }
  }
  return table;
}

interface Counted {
  terms: TermTable;
  /** By term: where its postings begin; one more at the end. */
  starts: Uint32Array;
  /** The number of each file's terms, in their order. */
  numbers: Uint32Array;
}

function countPostings(files: readonly SegmentFile[]): Counted {
  const readers = files.map((file) => openTerms(file));
  const mentions = readers.reduce((sum, reader) => sum + reader.terms, 0);
  const terms = new TermTable(mentions);
  const counts = new Uint32Array(mentions);
  const numbers = new Uint32Array(mentions);
  let mention = 0;
  for (const reader of readers) {
    for (let term = 0; term < reader.terms; term++) {
      reader.term();
      const number = terms.numberOf(reader.hash, reader.bytes, reader.start, reader.end);
      numbers[mention++] = number;
      counts[number] = (counts[number] as number) + (reader.pathCount > 0 ? reader.chunks : reader.count);
      for (let posting = 0; posting < reader.count; posting++) reader.posting();
    }
  }
  const starts = new Uint32Array(terms.count + 1);
  for (let number = 0; number < terms.count; number++) starts[number + 1] = (starts[number] as number) + (counts[number] as number);
  return { terms, starts, numbers };
}

/** The files' postings by term, in the order of documents. */
function placePostings(files: readonly SegmentFile[], starts: Uint32Array, numbers: Uint32Array): PostingBuffer {
  const postings = new PostingBuffer(starts.at(-1) as number);
  const { documents, body, path, symbol } = postings;
  const next = starts.slice();
  let mention = 0;
  let firstDocument = 0;
  for (const file of files) {
    const reader = openTerms(file);
    for (let term = 0; term < reader.terms; term++) {
      reader.term();
      const number = numbers[mention++] as number;
      const start = next[number] as number;
      let place = start;
      if (reader.pathCount > 0) {
        documents.subarray(start, start + reader.chunks).forEach((_, chunk, part) => (part[chunk] = firstDocument + chunk));
        path.fill(reader.pathCount, start, start + reader.chunks);
        place = start + reader.chunks;
      }
      for (let posting = 0; posting < reader.count; posting++) {
        reader.posting();
        if (reader.chunk >= reader.chunks) throw new DamagedBytes(`a posting of chunk ${reader.chunk} of ${reader.chunks}`);
        const target = reader.pathCount > 0 ? start + reader.chunk : place++;
        documents[target] = firstDocument + reader.chunk;
        body[target] = reader.body;
        symbol[target] = reader.symbol;
      }
      next[number] = place;
    }
    firstDocument += reader.chunks;
  }
  return postings;
}

/** Past the lengths, before the first term. */
function openTerms(file: SegmentFile): FilePostingsReader {
  const reader = new FilePostingsReader(file.postings);
  for (let chunk = 0; chunk < reader.chunks; chunk++) reader.length();
  return reader;
}
