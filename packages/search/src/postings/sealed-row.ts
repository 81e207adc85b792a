import { DamagedBytes } from '../bytes/index.ts';
import zlib from 'node:zlib';
import type { SegmentRowKind } from './segment-storage.ts';

/** Of the bytes of a segment's rows; another one is not read. */
export const segmentFormat = 1;

/** Checksum at the end of a row. Reads of packed numbers may reach into it, never beyond. */
const SEAL_BYTES = 4;

const kindCodes: Readonly<Record<SegmentRowKind, number>> = { documents: 1, terms: 2, dictionary: 3, postings: 4 };

/** Kind and number go into the checksum, so that a row in the place of another is found as well. */
const checksum = (kind: SegmentRowKind, number: number, bytes: Uint8Array): number =>
  zlib.crc32(bytes, ((kindCodes[kind] << 24) ^ number) >>> 0);

/** The row as it is stored: format, payload, checksum. */
export function sealRow(kind: SegmentRowKind, number: number, payload: Uint8Array): Uint8Array {
  const row = new Uint8Array(payload.length + 1 + SEAL_BYTES);
  row[0] = segmentFormat;
  row.set(payload, 1);
  const end = row.length - SEAL_BYTES;
  new DataView(row.buffer).setUint32(end, checksum(kind, number, row.subarray(0, end)), true);
  return row;
}

/** Where the payload stands in the row. */
export interface Payload {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** @throws DamagedBytes */
export function openRow(kind: SegmentRowKind, number: number, row: Uint8Array | undefined): Payload {
  if (row === undefined) throw new DamagedBytes(`row ${number} of ${kind} is missing`);
  const end = row.length - SEAL_BYTES;
  if (end < 1) throw new DamagedBytes(`row ${number} of ${kind} has only ${row.length} bytes`);
  const stored = new DataView(row.buffer, row.byteOffset, row.byteLength).getUint32(end, true);
  if (stored !== checksum(kind, number, row.subarray(0, end))) {
    throw new DamagedBytes(`row ${number} of ${kind} does not have the checksum it was written with`);
  }
  if (row[0] !== segmentFormat) throw new DamagedBytes(`row ${number} of ${kind} has the format ${row[0]}, not ${segmentFormat}`);
  return { bytes: row, start: 1, end };
}
