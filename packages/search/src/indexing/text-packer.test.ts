import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import type { FileIndexed } from '../store/index.ts';
import { TextPacker } from './text-packer.ts';

function textAt({ block, offset, length }: FileIndexed['text']): string {
  const bytes = zlib.zstdDecompressSync(block.zstd);
  expect(bytes.length).toBe(block.length);
  return bytes.toString('utf8', offset, offset + length);
}

test('texts come out of their blocks as they went in, whatever their length and letters, also when the packer is used again', () => {
  const packer = new TextPacker();
  const sizes = [1, 10_000, 20_000, 30_000, 100, 40_000, 5, 2_000_000, 7, 100_000];
  for (const letter of ['a', 'é', '漢', '😀']) {
    const texts = sizes.map((size, index) => `${index}${letter.repeat(size)}`);
    const places = texts.map((text) => packer.add(text));
    packer.close();
    expect(places.map(textAt)).toEqual(texts);
  }
});

test('small texts share a block, and half of a surrogate pair becomes the character for broken ones', () => {
  const packer = new TextPacker();
  const places = ['one', 'half \ud83d', 'three'].map((text) => packer.add(text));
  packer.close();
  expect(new Set(places.map(({ block }) => block)).size).toBe(1);
  expect(places.map(textAt)).toEqual(['one', 'half \ufffd', 'three']);
});
