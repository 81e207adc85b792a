import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileTouch, TextBlock } from '../store/index.ts';
import { packResults, unpackResults } from './packed-results.ts';
import type { ParseResult } from './parse-result.ts';

const someTouch: fc.Arbitrary<FileTouch> = fc.record({
  path: fc.string({ minLength: 1, unit: 'binary' }).map((path) => path.replaceAll('\0', '/')),
  sizeBytes: fc.nat(),
  mtimeMs: fc.double({ noNaN: true }),
  ctimeMs: fc.double({ noNaN: true }),
  ino: fc.maxSafeNat(),
  readAtMs: fc.maxSafeNat(),
});

const bytes = fc.uint8Array({ maxLength: 50 });

function resultIn(blocks: readonly TextBlock[]): fc.Arbitrary<ParseResult> {
  const file = fc.record({
    touch: someTouch,
    hash: fc.stringMatching(/^[0-9a-f]{64}$/),
    language: fc.constantFrom('go', 'text', 'kotlin'),
    sourceType: fc.constantFrom('code', 'doc', 'test'),
    recipe: fc.constantFrom('a 1', 'b 2'),
    text: fc.record({ block: fc.constantFrom(...blocks), offset: fc.nat(), length: fc.nat() }),
    chunkCount: fc.nat(),
    outline: bytes,
    postings: bytes,
  });
  return fc.oneof(
    file.map(({ touch, ...rest }) => ({ kind: 'file' as const, file: { ...touch, ...rest } })),
    someTouch.map((touch) => ({ kind: 'touch' as const, touch })),
    fc.record({ touch: someTouch, reason: fc.constantFrom('binary', 'empty', 'minified') }).map(({ touch, reason }) => ({
      kind: 'skip' as const,
      skip: { ...touch, reason },
    })),
  );
}

const someResults = fc
  .array(fc.record({ zstd: bytes, length: fc.nat() }), { minLength: 1, maxLength: 3 })
  .chain((blocks) => fc.array(resultIn(blocks), { maxLength: 20 }));

test('results come out on the other side as they were, and files that shared a block share it there', () => {
  fc.assert(
    fc.property(someResults, (results) => {
      const packed = packResults(results);
      const unpacked = unpackResults(structuredClone(packed, { transfer: [packed.bytes.buffer] }));
      expect(unpacked).toEqual(results);
      const blocksOf = (list: readonly ParseResult[]) => new Set(list.flatMap((r) => (r.kind === 'file' ? [r.file.text.block] : []))).size;
      expect(blocksOf(unpacked)).toBe(blocksOf(results));
    }),
  );
});
