import { constants, inflateSync } from 'node:zlib';
import { ExtractionFailed } from './extraction-failed.ts';

/** What all streams of a document may become together, in bytes. The reader takes some three times that in memory. */
const maxInflatedBytes = 128_000_000;
/** What packed bytes become at the worst: deflate's limit is 1,032 to 1, LZW is of the same order. */
const worstRatio = 1_000;

/**
 * Refuses documents whose streams unpack to more than they may, before the reader, which knows no
 * limit, unpacks them: 1 MB of file can become 1 GB. Streams in deflate are measured by unpacking them;
 * those packed otherwise (LZW, chains, encrypted) are taken for the worst.
 * @throws ExtractionFailed
 */
export function checkPdfStreams(bytes: Buffer): void {
  let budget = maxInflatedBytes;
  for (const start of streamStarts(bytes)) {
    budget -= isZlib(bytes, start) ? inflatedLength(bytes.subarray(start), budget) : unmeasuredLength(bytes, start);
    if (budget < 0) throw new ExtractionFailed(`the streams of the PDF become, or could become, more than ${maxInflatedBytes} bytes`);
  }
}

/** Places behind each `stream` keyword and its line end (ISO 32000-1, 7.3.8). Their data lie in no object stream, so all are seen. */
function* streamStarts(bytes: Buffer): Generator<number> {
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 6)) {
    if (at >= 3 && bytes.toString('latin1', at - 3, at) === 'end') continue;
    let start = at + 6;
    if (bytes[start] === 0x0d) start += 1;
    if (bytes[start] === 0x0a) start += 1;
    yield start;
  }
}

/** RFC 1950, 2.2: method 8, and a check of the first two bytes. */
const isZlib = (bytes: Buffer, at: number): boolean =>
  at + 1 < bytes.length && ((bytes[at] as number) & 15) === 8 && bytes.readUInt16BE(at) % 31 === 0;

/** Of data that begin here and end where deflate says, or where they are cut off. */
function inflatedLength(data: Buffer, budget: number): number {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, budget), finishFlush: constants.Z_SYNC_FLUSH }).length;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? budget + 1 : damagedLength(data, budget);
  }
}

/** The reader keeps what it could unpack before the damage. */
function damagedLength(data: Buffer, budget: number): number {
  const end = data.indexOf('endstream');
  return Math.min(budget + 1, (end < 0 ? data.length : end) * worstRatio);
}

function unmeasuredLength(bytes: Buffer, start: number): number {
  const end = bytes.indexOf('endstream', start);
  const length = (end < 0 ? bytes.length : end) - start;
  const isPicture = bytes.readUIntBE(Math.min(start, bytes.length - 3), 3) === 0xffd8ff;
  // A name may be written with `#` escapes, which nobody does who means well.
  const dictionary = bytes.toString('latin1', Math.max(0, start - 1_000), start);
  const isPacked = dictionary.includes('/Filter') || dictionary.includes('#');
  return isPicture || !isPacked ? length : length * worstRatio;
}
