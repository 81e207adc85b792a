import { isAscii, isUtf8 } from 'node:buffer';

export type Encoding =
  | 'ascii'
  | 'utf-8'
  | 'utf-16le'
  | 'utf-16be'
  | 'windows-1252'
  | 'gb18030'
  | 'big5'
  | 'shift_jis'
  | 'euc-jp'
  | 'euc-kr'
  | 'windows-1251'
  | 'koi8-r'
  | 'koi8-u';

export interface DecodedText {
  /** Without a byte order mark; line ends as they are. */
  readonly text: string;
  readonly encoding: Encoding;
  /** True where broken bytes became U+FFFD. */
  readonly isRepaired: boolean;
}

export interface NotText {
  readonly skip: 'binary' | 'not_text' | 'empty';
}

/** Bytes looked at to tell text from binary, where the encoding itself does not tell. */
const sampleBytes = 8192;
/** Share of broken bytes above which a file counts as no text. */
const maxBrokenShare = 0.01;
/** Share of control characters, without white space and escapes, above which a file counts as binary. */
const maxControlShare = 0.01;
/** NUL bytes that a text may hold, as a share of its bytes; one is always allowed in a text of some length. */
const maxNulShare = 0.001;
/** Bytes from which on a file with one NUL byte can be text. */
const minBytesWithNul = 32;
/** Share of bytes ≥ 0x80 above which 8-bit text is no longer taken for windows-1252. */
const maxHighShare = 0.3;

/**
 * Text of a file's bytes, in any encoding. Asynchronous, since what recognises encodings other than Unicode is loaded with
 * the first file in one.
 */
export async function decodeAnyText(bytes: Buffer): Promise<DecodedText | NotText> {
  const decoded = decodeText(bytes);
  const isSettled = 'skip' in decoded ? decoded.skip !== 'not_text' : decoded.encoding !== 'windows-1252';
  if (isSettled || bytes.includes(0)) return decoded;
  const { decodeLegacyText } = await import('./legacy-text.ts');
  return decodeLegacyText(bytes, decoded);
}

/**
 * Text of a file's bytes in Unicode or windows-1252. In this order: a byte order mark decides; NUL bytes mean UTF-16
 * when they stand at every other place, a few others are repaired, and more are binary; valid UTF-8 is UTF-8; UTF-8
 * with up to 1 % broken bytes is repaired with U+FFFD; other 8-bit text is read as windows-1252.
 */
export function decodeText(bytes: Buffer): DecodedText | NotText {
  if (bytes.length === 0) return { skip: 'empty' };
  const marked = byMark(bytes);
  if (marked !== null) return marked;
  if (bytes.includes(0)) {
    const encoding = guessUtf16(bytes);
    return encoding === null ? withoutNuls(bytes) : fromUtf16(bytes, encoding);
  }
  if (controlShare(bytes) > maxControlShare) return { skip: 'binary' };
  if (isAscii(bytes)) return { text: bytes.toString('latin1'), encoding: 'ascii', isRepaired: false };
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), encoding: 'utf-8', isRepaired: false };
  return fromBrokenUtf8(bytes) ?? fromWindows1252(bytes) ?? { skip: 'not_text' };
}

/** A NUL in a string or a test case makes no program of a text. */
function withoutNuls(bytes: Buffer): DecodedText | NotText {
  if (bytes.length < minBytesWithNul) return { skip: 'binary' };
  const allowed = Math.max(1, Math.floor(bytes.length * maxNulShare));
  const repaired = Buffer.from(bytes);
  let count = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
    count += 1;
    if (count > allowed) return { skip: 'binary' };
    repaired[at] = 0x20;
  }
  const decoded = decodeText(repaired);
  return 'skip' in decoded ? { skip: 'binary' } : { ...decoded, isRepaired: true };
}

function byMark(bytes: Buffer): DecodedText | NotText | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    const rest = bytes.subarray(3);
    if (rest.length === 0) return { skip: 'empty' };
    if (rest.includes(0)) return { skip: 'binary' };
    if (isUtf8(rest)) return { text: rest.toString('utf8'), encoding: 'utf-8', isRepaired: false };
    return surveyUtf8(rest).brokenBytes > rest.length * maxBrokenShare
      ? { skip: 'not_text' }
      : { text: rest.toString('utf8'), encoding: 'utf-8', isRepaired: true };
  }
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!isLittle && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return null;
  // FF FE 00 00 begins UTF-32, which nothing writes into sources.
  if (isLittle && bytes[2] === 0 && bytes[3] === 0) return { skip: 'not_text' };
  return bytes.length === 2 ? { skip: 'empty' } : fromUtf16(bytes.subarray(2), isLittle ? 'utf-16le' : 'utf-16be');
}

function fromUtf16(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): DecodedText | NotText {
  const even = bytes.subarray(0, bytes.length & ~1);
  const text = (encoding === 'utf-16le' ? even : Buffer.from(even).swap16()).toString('utf16le');
  if (text.includes('\0')) return { skip: 'binary' };
  const isRepaired = !text.isWellFormed() || even.length !== bytes.length;
  const repaired = isRepaired ? text.toWellFormed() : text;
  let lone = 0;
  if (isRepaired) for (let at = 0; at < text.length; at += 1) if (repaired.charCodeAt(at) !== text.charCodeAt(at)) lone += 1;
  return lone > text.length * maxBrokenShare ? { skip: 'not_text' } : { text: repaired, encoding, isRepaired };
}

/** Without a mark UTF-16 shows by NULs in one half of each pair, and none in the other: true of text that is largely Latin. */
function guessUtf16(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const length = Math.min(bytes.length, sampleBytes) & ~1;
  if (length < 4 || bytes.length % 2 !== 0) return null;
  const nuls: [number, number] = [0, 0];
  for (let at = 0; at < length; at += 1) if (bytes[at] === 0) nuls[(at & 1) as 0 | 1] += 1;
  const [first, second] = nuls;
  if (first === 0 && second >= length * 0.3) return 'utf-16le';
  if (second === 0 && first >= length * 0.3) return 'utf-16be';
  return null;
}

/** By byte: 1 for a control character, but for \b \t \n \v \f \r and ESC, which are met in text. */
const isControl = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 32 ? !((byte >= 8 && byte <= 13) || byte === 27) : byte === 127),
);

function controlShare(bytes: Buffer): number {
  const length = Math.min(bytes.length, sampleBytes);
  let controls = 0;
  for (let at = 0; at < length; at += 1) controls += isControl[bytes[at] as number] as number;
  return controls / length;
}

interface Utf8Survey {
  /** Well-formed sequences of two to four bytes. */
  readonly sequences: number;
  /** Bytes that belong to no well-formed sequence. */
  readonly brokenBytes: number;
  /** 0xFE, 0xFF and the like, which stand for hardly anything in 8-bit text either. */
  readonly hasImpossible: boolean;
}

/** Well-formed sequences by Unicode 15, table 3-7. */
function surveyUtf8(bytes: Buffer): Utf8Survey {
  let sequences = 0;
  let brokenBytes = 0;
  let hasImpossible = false;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      at += 1;
      continue;
    }
    const length = lengthOfSequence(bytes, at);
    if (length === 0) {
      brokenBytes += 1;
      hasImpossible ||= byte >= 0xfe;
      at += 1;
    } else {
      sequences += 1;
      at += length;
    }
  }
  return { sequences, brokenBytes, hasImpossible };
}

function lengthOfSequence(bytes: Buffer, at: number): 0 | 2 | 3 | 4 {
  const lead = bytes[at] as number;
  const continues = (offset: number, low = 0x80, high = 0xbf): boolean => {
    const byte = bytes[at + offset];
    return byte !== undefined && byte >= low && byte <= high;
  };
  if (lead >= 0xc2 && lead <= 0xdf) return continues(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const isWhole = continues(1, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf) && continues(2);
    return isWhole ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const isWhole = continues(1, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf) && continues(2) && continues(3);
    return isWhole ? 4 : 0;
  }
  return 0;
}

/** UTF-8 with a few broken places, or `null` where the bytes look like another encoding. */
function fromBrokenUtf8(bytes: Buffer): DecodedText | NotText | null {
  const { sequences, brokenBytes, hasImpossible } = surveyUtf8(bytes);
  if (brokenBytes > bytes.length * maxBrokenShare) return sequences > brokenBytes ? { skip: 'not_text' } : null;
  if (sequences <= brokenBytes && !hasImpossible) return null;
  return { text: bytes.toString('utf8'), encoding: 'utf-8', isRepaired: true };
}

const windows1252 = new TextDecoder('windows-1252');
/** Bytes that windows-1252 leaves undefined. */
const undefinedIn1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

function fromWindows1252(bytes: Buffer): DecodedText | null {
  let high = 0;
  let undefinedBytes = 0;
  for (const byte of bytes) {
    if (byte < 0x80) continue;
    high += 1;
    if (undefinedIn1252.has(byte)) undefinedBytes += 1;
  }
  if (high > bytes.length * maxHighShare || undefinedBytes > bytes.length * maxBrokenShare) return null;
  return { text: windows1252.decode(bytes), encoding: 'windows-1252', isRepaired: false };
}
