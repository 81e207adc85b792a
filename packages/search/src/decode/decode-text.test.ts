import { describe, expect, test } from 'vitest';
import { decodeText } from './index.ts';

const umlauts = 'Größe – Maß ist 5 € für Ähren\n'.repeat(4);
const withMark = (mark: readonly number[], body: Buffer): Buffer => Buffer.concat([Buffer.from(mark), body]);
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('decoding', () => {
  test.each([
    ['ASCII', Buffer.from('plain\r\ntext\n'), 'plain\r\ntext\n', 'ascii'],
    ['UTF-8', Buffer.from(umlauts), umlauts, 'utf-8'],
    ['UTF-8 with a mark', withMark([0xef, 0xbb, 0xbf], Buffer.from(umlauts)), umlauts, 'utf-8'],
    ['UTF-16 little endian with a mark', withMark([0xff, 0xfe], Buffer.from(umlauts, 'utf16le')), umlauts, 'utf-16le'],
    ['UTF-16 big endian with a mark', withMark([0xfe, 0xff], utf16be(umlauts)), umlauts, 'utf-16be'],
    ['UTF-16 little endian without a mark', Buffer.from('int main() { return 0; }\n', 'utf16le'), 'int main() { return 0; }\n', 'utf-16le'],
    ['UTF-16 big endian without a mark', utf16be('int main() { return 0; }\n'), 'int main() { return 0; }\n', 'utf-16be'],
    ['windows-1252', Buffer.from('Größe der Datei: 5 \x80, \x93gut\x94\n', 'latin1'), 'Größe der Datei: 5 €, “gut”\n', 'windows-1252'],
    [
      'latin1 with ÿ',
      Buffer.from('# all of these\nchars.of.iso.8859.1 = æ×Èÿ\n', 'latin1'),
      '# all of these\nchars.of.iso.8859.1 = æ×Èÿ\n',
      'windows-1252',
    ],
    ['terminal colours', Buffer.from('\x1b[31mred\x1b[0m and more text\n'), '\x1b[31mred\x1b[0m and more text\n', 'ascii'],
  ])('reads %s', (_name, bytes, text, encoding) => {
    expect(decodeText(bytes)).toEqual({ text, encoding, isRepaired: false });
  });

  test('repairs UTF-8 that is broken in one place', () => {
    const bytes = Buffer.from(umlauts.repeat(10));
    bytes[bytes.indexOf('€') + 1] = 0x41;
    const decoded = decodeText(bytes);
    expect(decoded).toMatchObject({ encoding: 'utf-8', isRepaired: true });
    expect('text' in decoded && decoded.text.startsWith('Größe – Maß ist 5 \uFFFDA')).toBe(true);
  });

  test('repairs UTF-8 that ends within a character', () => {
    expect(decodeText(Buffer.from(`${umlauts.repeat(5)}€`).subarray(0, -1))).toMatchObject({ encoding: 'utf-8', isRepaired: true });
  });

  test('repairs an ASCII text with a byte that no encoding of text uses', () => {
    expect(decodeText(Buffer.concat([Buffer.from('a'.repeat(200)), Buffer.from([0xff]), Buffer.from('b')]))).toMatchObject({
      text: `${'a'.repeat(200)}\uFFFDb`,
      isRepaired: true,
    });
  });

  test('repairs a lone surrogate in UTF-16', () => {
    const bytes = withMark([0xff, 0xfe], Buffer.from('abc'.repeat(100), 'utf16le'));
    bytes.writeUInt16LE(0xd800, 20);
    expect(decodeText(bytes)).toMatchObject({ encoding: 'utf-16le', isRepaired: true });
  });

  test('reads a source with one NUL byte, or one in a thousand bytes', () => {
    const source = 'const joined = parts.join("\0");\nexport default joined;\n';
    expect(decodeText(Buffer.from(source))).toEqual({ text: source.replace('\0', ' '), encoding: 'ascii', isRepaired: true });
    expect(decodeText(Buffer.from(`${'x'.repeat(4000)}\0ä\0\n`))).toMatchObject({ encoding: 'utf-8' });
  });

  const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => 0x80 + ((at * 37) % 128)));
  test.each([
    ['a NUL byte in a few bytes', Buffer.from('abc\0def'), 'binary'],
    ['NUL bytes', Buffer.from(`${'abc def\n'.repeat(20)}\0\0`), 'binary'],
    ['an executable', Buffer.from('\x7fELF\x02\x01\x01\0\0\0', 'latin1'), 'binary'],
    ['control characters', Buffer.from('\x01\x02\x03\x04abc'), 'binary'],
    ['UTF-16 with NUL characters', withMark([0xff, 0xfe], Buffer.from('a\0b', 'utf16le')), 'binary'],
    ['UTF-32', withMark([0xff, 0xfe, 0, 0], Buffer.from('a\0\0\0', 'latin1')), 'not_text'],
    ['noise of high bytes', noise, 'not_text'],
    ['UTF-8 broken in many places', Buffer.from('ä€'.repeat(50) + '\x80'.repeat(1), 'utf8').fill(0xff, 10, 40), 'not_text'],
    ['nothing', Buffer.alloc(0), 'empty'],
    ['nothing but a mark', Buffer.from([0xef, 0xbb, 0xbf]), 'empty'],
  ])('skips %s', (_name, bytes, skip) => {
    expect(decodeText(bytes)).toEqual({ skip });
  });
});
