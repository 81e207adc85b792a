import { ByteReader, ByteWriter, DamagedBytes } from '../bytes/index.ts';
import { documentsMax } from './posting-codes.ts';
import type { Payload } from './sealed-row.ts';

/** The documents of a segment by their number. */
export interface DocumentTable {
  count: number;
  /** Tokens of all fields. */
  lengths: Uint32Array;
  /** Rows of the chunks, ascending. */
  rows: Uint32Array;
  /** Rows of their files; documents of one file stand together. */
  files: Uint32Array;
}

/** Their number; then all lengths; then all distances of rows; then runs of a file: sign of the distance to the file before, distance, documents. */
export function encodeDocumentTable({ count, lengths, rows, files }: DocumentTable): Uint8Array {
  const writer = new ByteWriter(count * 4 + 16);
  writer.varint(count);
  for (let index = 0; index < count; index++) writer.varint(lengths[index] as number);
  let previous = -1;
  for (let index = 0; index < count; index++) {
    writer.varint((rows[index] as number) - previous - 1);
    previous = rows[index] as number;
  }
  let before = 0;
  for (let start = 0; start < count; ) {
    const file = files[start] as number;
    let end = start + 1;
    while (end < count && files[end] === file) end += 1;
    const distance = file - before;
    writer.varint(distance < 0 ? 1 : 0);
    writer.varint(Math.abs(distance));
    writer.varint(end - start);
    before = file;
    start = end;
  }
  return writer.copy();
}

/** @throws DamagedBytes */
export function decodeDocumentTable(payload: Payload): DocumentTable {
  const reader = new ByteReader(payload.bytes, payload.start, payload.end);
  const count = reader.count(documentsMax, 'documents');
  // Length and row of a document take a byte each at least: nothing is made larger than what is there.
  reader.need(count * 2);
  const table = { count, lengths: new Uint32Array(count), rows: new Uint32Array(count), files: new Uint32Array(count) };
  for (let index = 0; index < count; index++) table.lengths[index] = reader.varint();
  let row = -1;
  for (let index = 0; index < count; index++) {
    row += reader.varint() + 1;
    if (row >= 2 ** 32) throw new DamagedBytes(`a document in row ${row}`);
    table.rows[index] = row;
  }
  let file = 0;
  for (let start = 0; start < count; ) {
    const sign = reader.varint() === 0 ? 1 : -1;
    file += sign * reader.varint();
    const run = reader.count(count - start, 'documents of a file');
    if (run === 0 || file < 0 || file >= 2 ** 32) throw new DamagedBytes(`${run} documents of file ${file}`);
    table.files.fill(file, start, start + run);
    start += run;
  }
  if (reader.left > 0) throw new DamagedBytes('bytes are left after the last document');
  return table;
}
