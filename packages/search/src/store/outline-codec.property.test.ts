import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChunkIndexed } from './index-store.ts';
import { decodeDefinitions, decodeOutline, encodeOutline } from './outline-codec.ts';

const names = fc.string({ unit: 'grapheme', maxLength: 12 }).map((name) => name.toWellFormed());
const outlines = fc
  .array(
    fc.record({
      id: fc.uint8Array({ maxLength: 16 }),
      size: fc.nat(5_000),
      back: fc.nat(300),
      lines: fc.nat(200),
      symbol: fc.option(names, { nil: null }),
      kind: fc.constantFrom('code', 'doc', 'definition', 'table'),
      definitions: fc.array(names, { maxLength: 5 }),
    }),
    { maxLength: 20 },
  )
  .map((parts) => {
    const chunks: ChunkIndexed[] = [];
    for (const [ordinal, { id, size, back, lines, symbol, kind, definitions }] of parts.entries()) {
      const before = chunks.at(-1);
      const startOffset = Math.max(0, (before?.endOffset ?? 0) - back);
      const startLine = Math.max(1, (before?.endLine ?? 1) - (back % 7));
      chunks.push({
        chunkId: Buffer.from(id).toString('hex'),
        ordinal,
        startOffset,
        endOffset: startOffset + size,
        startLine,
        endLine: startLine + lines,
        symbol: symbol ?? before?.symbol ?? '',
        kind,
        definitions,
      });
    }
    return chunks;
  });

test('an outline comes back as it was, and so do the definitions of some of its chunks alone', () => {
  fc.assert(
    fc.property(outlines, fc.uniqueArray(fc.nat(25)), (chunks, places) => {
      const bytes = encodeOutline(chunks);
      expect(decodeOutline(bytes)).toEqual(chunks);
      const ordinals = places.toSorted((left, right) => left - right);
      const expected = ordinals.flatMap((ordinal) => chunks[ordinal] ?? []).map(({ definitions }) => definitions);
      expect(decodeDefinitions(bytes, ordinals)).toEqual(expected);
    }),
  );
});

test('a damaged outline is said to be damaged, however it is read', () => {
  const bytes = encodeOutline([
    {
      chunkId: 'ab',
      ordinal: 0,
      startOffset: 0,
      endOffset: 9,
      startLine: 1,
      endLine: 2,
      symbol: 'Lock',
      kind: 'code',
      definitions: ['Lock'],
    },
  ]);
  for (let at = 0; at < bytes.length; at++) {
    const broken = bytes.slice();
    broken[at] = (broken[at] as number) ^ 0x40;
    for (const read of [
      () => decodeOutline(broken),
      () => decodeDefinitions(broken, [0]),
      () => decodeDefinitions(bytes.slice(0, at), [0]),
    ]) {
      expect(read).toThrow(expect.objectContaining({ code: 'INDEX_CORRUPT' }));
    }
  }
});
