import jschardet from 'jschardet';
import type { DecodedText, NotText } from './decode-text.ts';

/** Encodings by the names that the detector gives them, each with the one of the Encoding Standard that takes it in. */
const encodings = {
  gb2312: 'gb18030',
  gbk: 'gb18030',
  gb18030: 'gb18030',
  big5: 'big5',
  'big5-hkscs': 'big5',
  shift_jis: 'shift_jis',
  cp932: 'shift_jis',
  'euc-jp': 'euc-jp',
  'euc-kr': 'euc-kr',
  cp949: 'euc-kr',
  'windows-1251': 'windows-1251',
  'koi8-r': 'koi8-r',
  'koi8-u': 'koi8-u',
  'windows-1252': 'windows-1252',
  'iso-8859-1': 'windows-1252',
} as const;
type LegacyEncoding = (typeof encodings)[keyof typeof encodings];

/** Bytes of lines with letters beyond ASCII that the detector is given; it takes some 5 ms a kilobyte. */
const sampleBytes = 3_000;
/** Share of a file's bytes that must lie in lines which can be read, where no encoding fits the whole. */
const minReadableShare = 0.1;
const lineEnd = 0x0a;

/**
 * Text of bytes that are no Unicode: in one of the 8-bit and East Asian encodings when one fits, otherwise line by line,
 * with U+FFFD for what cannot be read.
 * @param fallback what the bytes are without this, which holds where the detector knows no better
 */
export function decodeLegacyText(bytes: Buffer, fallback: DecodedText | NotText): DecodedText | NotText {
  if (!('skip' in fallback) && isWestern(bytes)) return fallback;
  const sample = linesBeyondAscii(bytes);
  for (const { encoding } of jschardet.detectAll(sample).toSorted((one, other) => other.confidence - one.confidence)) {
    const known = encodings[(encoding ?? '').toLowerCase() as keyof typeof encodings] as LegacyEncoding | undefined;
    if (known === undefined) continue;
    if (known === 'windows-1252') {
      if ('skip' in fallback || isSymbolic(bytes)) continue;
      return fallback;
    }
    const text = decoded(bytes, known);
    if (text !== null) return { text, encoding: known, isRepaired: false };
  }
  return 'skip' in fallback ? readableLines(bytes, fallback) : fallback;
}

/** Without an error or control characters, as which 8-bit sets read what is not theirs; `null` otherwise. */
function decoded(bytes: Buffer, encoding: LegacyEncoding): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (/[\u0080-\u009f\ue000-\uf8ff]/.test(text)) return null;
    return isCyrillic(encoding) && !readsAsCyrillic(text) ? null : text;
  } catch {
    return null;
  }
}

const isCyrillic = (encoding: LegacyEncoding): boolean => ['windows-1251', 'koi8-r', 'koi8-u'].includes(encoding);

/** Any bytes are valid in these sets: in text letters prevail, and no capital follows a small letter. */
function readsAsCyrillic(text: string): boolean {
  const beyond = text.match(/[^\0-\u007f]/g)?.length ?? 0;
  const letters = text.match(/[А-яЁёІіЇїЄєЎў]/g)?.length ?? 0;
  const words = text.match(/[А-яЁёІіЇїЄєЎў]+/g) ?? [];
  const odd = words.filter((word) => /[а-яё][А-ЯЁ]/.test(word) || /[Ўў](?![А-яЁё])/.test(word)).length;
  return letters >= beyond * 0.8 && odd * 4 <= words.length;
}

/**
 * Whether letters beyond ASCII stand singly within words of ASCII (`Größe`, `café`): so they do in Western languages, and
 * hardly in others, whose words have none of ASCII.
 */
function isWestern(bytes: Buffer): boolean {
  let runs = 0;
  let single = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] as number) < 0x80) continue;
    const start = at;
    while ((bytes[at + 1] ?? 0) >= 0x80) at += 1;
    runs += 1;
    const isLetter = (bytes[start] as number) >= 0xc0 && (isAsciiLetter(bytes[start - 1]) || isAsciiLetter(bytes[at + 1]));
    if (isLetter && at - start < 2) single += 1;
  }
  return single * 2 > runs;
}

/** Read as a Western set, East Asian letters become signs (`¥æ¡¼`), which are rare in text. */
function isSymbolic(bytes: Buffer): boolean {
  let signs = 0;
  let beyond = 0;
  for (const byte of bytes) {
    if (byte < 0x80) continue;
    beyond += 1;
    if (byte > 0xa0 && byte < 0xc0) signs += 1;
  }
  return signs * 2 > beyond && beyond > 3;
}

const isAsciiLetter = (byte = 0): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

/** The first lines that hold more than ASCII: the others say nothing of the encoding, and would make it look less likely. */
function linesBeyondAscii(bytes: Buffer): Buffer {
  const lines: Buffer[] = [];
  let length = 0;
  for (let start = 0; start < bytes.length && length < sampleBytes; ) {
    const found = bytes.indexOf(lineEnd, start);
    const end = found < 0 ? bytes.length : found + 1;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte >= 0x80)) {
      const piece = line.subarray(0, sampleBytes);
      lines.push(piece);
      length += piece.length;
    }
    start = end;
  }
  return Buffer.concat(lines);
}

/** Lines in ASCII and UTF-8 as they are, in the others U+FFFD for each run of bytes that is neither. */
function readableLines(bytes: Buffer, fallback: NotText): DecodedText | NotText {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const lines: string[] = [];
  let readable = 0;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(lineEnd, start);
    const end = found < 0 ? bytes.length : found + 1;
    const line = bytes.subarray(start, end);
    try {
      lines.push(decoder.decode(line));
      readable += line.length;
    } catch {
      lines.push(line.toString('latin1').replaceAll(/[\u0080-\u00ff]+/g, '\uFFFD'));
    }
    start = end;
  }
  if (readable < bytes.length * minReadableShare || readable < 2) return fallback;
  return { text: lines.join(''), encoding: 'utf-8', isRepaired: true };
}
