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
  const readers = files.map(({ postings }) => new FilePostingsReader(postings));
  const documents = readDocuments(files, readers);
  const mentions = readTerms(readers);
  const postings = readPostings(readers, mentions);
  const writer = new SegmentWriter(sink, segment, documents);
  const { terms, starts } = mentions;
  for (const term of terms.sorted()) {
    const start = starts[term] as number;
    const end = starts[term + 1] as number;
    if (end > start) writer.add(terms.bytes(term), postings, start, end);
  }
  return writer.finish();
}

function readDocuments(files: readonly SegmentFile[], readers: readonly FilePostingsReader[]): DocumentTable {
  const count = files.reduce((sum, file) => sum + file.rows.length, 0);
  const table = { count, lengths: new Uint32Array(count), rows: new Uint32Array(count), files: new Uint32Array(count) };
  let document = 0;
  files.forEach(({ file, rows }, index) => {
    const reader = readers[index] as FilePostingsReader;
    if (reader.chunks !== rows.length) throw new DamagedBytes(`postings of ${reader.chunks} chunks for ${rows.length}`);
    for (let chunk = 0; chunk < rows.length; chunk++, document++) {
      table.lengths[document] = reader.readLength();
      table.rows[document] = rows[chunk] as number;
      table.files[document] = file;
    }
  });
  return table;
}

/** The terms of all files, one after another: a mention is a term in a file. */
interface Mentions {
  terms: TermTable;
  /** By number of a term: where its postings begin; one more at the end. */
  starts: Uint32Array;
  /** By mention. */
  numbers: Uint32Array;
  pathCounts: Uint32Array;
  counts: Uint32Array;
}

function readTerms(readers: readonly FilePostingsReader[]): Mentions {
  const size = readers.reduce((sum, reader) => sum + reader.terms, 0);
  const terms = new TermTable(size);
  const numbers = new Uint32Array(size);
  const pathCounts = new Uint32Array(size);
  const counts = new Uint32Array(size);
  const totals = new Uint32Array(size);
  let mention = 0;
  for (const reader of readers) {
    for (let term = 0; term < reader.terms; term++, mention++) {
      reader.readTerm();
      const number = terms.numberOf(reader.hash, reader.bytes, reader.start, reader.end);
      numbers[mention] = number;
      pathCounts[mention] = reader.pathCount;
      counts[mention] = reader.count;
      totals[number] = (totals[number] as number) + (reader.pathCount > 0 ? reader.chunks : reader.count);
    }
  }
  const starts = new Uint32Array(terms.count + 1);
  for (let number = 0; number < terms.count; number++) starts[number + 1] = (starts[number] as number) + (totals[number] as number);
  return { terms, starts, numbers, pathCounts, counts };
}

/** The files' postings by term, in the order of documents. */
function readPostings(readers: readonly FilePostingsReader[], mentions: Mentions): PostingBuffer {
  const { starts, counts } = mentions;
  const postings = new PostingBuffer(starts[starts.length - 1] ?? 0);
  const next = starts.slice();
  let mention = 0;
  let firstDocument = 0;
  for (const reader of readers) {
    // A function of its own for each term: V8 compiles a loop of many levels anew at each level.
    for (const end = mention + reader.terms; mention < end; mention++) {
      const number = mentions.numbers[mention] as number;
      const start = next[number] as number;
      const pathCount = mentions.pathCounts[mention] as number;
      const count = counts[mention] as number;
      if (pathCount > 0) {
        placeInAll(postings, start, firstDocument, reader.chunks, pathCount);
        placeList(reader, postings, count, firstDocument, start, true);
        next[number] = start + reader.chunks;
      } else {
        placeList(reader, postings, count, firstDocument, start, false);
        next[number] = start + count;
      }
    }
    firstDocument += reader.chunks;
  }
  return postings;
}

/** A term of the path stands in every chunk of the file. */
function placeInAll({ documents, path }: PostingBuffer, start: number, firstDocument: number, chunks: number, pathCount: number): void {
  for (let chunk = 0; chunk < chunks; chunk++) {
    documents[start + chunk] = firstDocument + chunk;
    path[start + chunk] = pathCount;
  }
}

/** @param isInAll every chunk of the file has a place already */
function placeList(
  reader: FilePostingsReader,
  { documents, body, symbol }: PostingBuffer,
  count: number,
  firstDocument: number,
  start: number,
  isInAll: boolean,
): void {
  reader.beginList();
  for (let posting = 0; posting < count; posting++) {
    reader.readPosting();
    const target = isInAll ? start + reader.chunk : start + posting;
    documents[target] = firstDocument + reader.chunk;
    body[target] = reader.body;
    if (reader.symbol > 0) symbol[target] = reader.symbol;
  }
}
