import { expect, test } from 'vitest';
import { DamagedBytes } from '../bytes/index.ts';
import {
  buildSegment,
  checkSegment,
  FilePostingsBuilder,
  LiveSegment,
  MemorySegmentStorage,
  RowCache,
  searchTopK,
  Segment,
  SegmentMerge,
  type SegmentRowKind,
  segmentRowKinds,
  termsWithPrefix,
} from './index.ts';
import { fileOfChunks } from './fixtures/file-of-chunks.ts';
import { openRow, sealRow } from './sealed-row.ts';

const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';

/** A segment with every form of list: short ones, single blocks, many blocks, rows of their own. */
function intactSegment(): MemorySegmentStorage {
  const storage = new MemorySegmentStorage();
  const builder = new FilePostingsBuilder();
  const files = Array.from({ length: 25 }, (_, file) => {
    const chunks = Array.from({ length: 40 }, (_unused, chunk) => ({
      text: `always ${'often '.repeat((file * chunk) % 5)} w${chunk % 7} rare${file} only${file}x${chunk} ${'spread '.repeat(((file * 40 + chunk) * 7_919) % 43)}`,
      symbol: chunk % 4 === 0 ? `symbol${file}` : '',
    }));
    const { text, fields } = fileOfChunks(chunks);
    return {
      file,
      rows: chunks.map((_unused, chunk) => file * 100 + chunk),
      postings: builder.build(`src/part${file % 5}/file${file}.ts`, text, fields),
    };
  });
  buildSegment(storage, 1, files);
  return storage;
}

const intact = intactSegment();
const rows = segmentRowKinds.flatMap((kind) => {
  const found: { kind: SegmentRowKind; number: number; bytes: Uint8Array }[] = [];
  for (let number = 0; ; number++) {
    const bytes = intact.read(1, kind, number);
    if (bytes === undefined) return found;
    found.push({ kind, number, bytes });
  }
});

/** The intact segment with one row in another form. */
function withRow(kind: SegmentRowKind, number: number, bytes: Uint8Array): MemorySegmentStorage {
  const storage = new MemorySegmentStorage();
  for (const row of rows) storage.write(1, row.kind, row.number, row.bytes);
  storage.write(1, kind, number, bytes);
  return storage;
}

/** All that reads a segment. */
function useSegment(storage: MemorySegmentStorage): void {
  const live = new LiveSegment(Segment.open(storage, 1, new RowCache(1_000_000)), null);
  searchTopK([live], {
    terms: ['always', 'often', 'w3', 'rare7', 'src', 'spread', 'symbol4', 'only3x3'].map((term) => ({ term, weight: 1 })),
    weights: { body: 1, path: 3, symbol: 4 },
    limit: 10,
  });
  termsWithPrefix([live], 'rare', 5);
  const merge = new SegmentMerge([live], new MemorySegmentStorage(), 2);
  while (merge.step(10_000) === null);
  checkSegment(live.segment);
}

const damages: readonly [string, (bytes: Uint8Array, at: number) => Uint8Array][] = [
  ['a flipped bit', (bytes, at) => bytes.with(at, (bytes[at] as number) ^ (1 << (at % 8)))],
  ['a byte of all ones', (bytes, at) => bytes.with(at, 0xff)],
  ['a byte of zeros', (bytes, at) => bytes.with(at, 0)],
  ['a cut', (bytes, at) => bytes.slice(0, at)],
  ['bytes that are gone', (bytes, at) => Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 3)])],
];

/** Places to damage: some hundred per row in a soak, some dozens otherwise, the first ones among them. */
const placesIn = (length: number) => {
  const stride = Math.max(1, Math.floor(length / (isSoak ? 250 : 40)));
  return Array.from({ length }, (_, index) => index).filter((index) => index < 20 || index % stride === 0);
};

test('an intact segment is read without a complaint', () => {
  expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...segmentRowKinds]));
  useSegment(intact);
});

test.each(damages)('%s in a row is found by its checksum', (_name, damage) => {
  for (const { kind, number, bytes } of rows) {
    for (const at of placesIn(bytes.length)) {
      const damaged = damage(bytes, at);
      if (Buffer.compare(damaged, bytes) === 0) continue;
      expect(() => openRow(kind, number, damaged)).toThrow(DamagedBytes);
    }
  }
});

test('a row in the place of another, and a row that is missing, are found', () => {
  const [first, second] = rows.filter(({ kind }) => kind === 'dictionary');
  expect(() => openRow('dictionary', 0, second?.bytes)).toThrow(DamagedBytes);
  expect(() => openRow('postings', 0, first?.bytes)).toThrow(DamagedBytes);
  expect(() => openRow('dictionary', 9, undefined)).toThrow(DamagedBytes);
});

test.each(damages)(
  '%s under a checksum that fits is an answer or DamagedBytes, never a hang, another error or a huge array',
  (_name, damage) => {
    let found = 0;
    for (const { kind, number, bytes } of rows) {
      const { start, end } = openRow(kind, number, bytes);
      const payload = bytes.slice(start, end);
      for (const at of placesIn(payload.length)) {
        const storage = withRow(kind, number, sealRow(kind, number, damage(payload, at)));
        try {
          useSegment(storage);
        } catch (error) {
          if (!(error instanceof DamagedBytes)) throw new Error(`byte ${at} of ${kind} ${number}`, { cause: error });
          found += 1;
        }
      }
    }
    expect(found).toBeGreaterThan(0);
  },
);
