import { expect, test } from 'vitest';
import { segmentRowKinds, type SegmentSink, type SegmentStorage } from './index.ts';

export interface OpenedStorage {
  storage: SegmentStorage;
  sink: SegmentSink;
  removeSegment(segment: number): void;
  close(): void;
}

/** What segments ask of the place they are stored in. */
export function segmentStorageContract(open: () => OpenedStorage): void {
  const withStorage = (use: (opened: OpenedStorage) => void) => () => {
    const opened = open();
    try {
      use(opened);
    } finally {
      opened.close();
    }
  };
  const bytes = (...values: number[]) => Uint8Array.from(values);

  test(
    'a row is read as it was written, of every kind and size',
    withStorage(({ storage, sink }) => {
      const large = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
      segmentRowKinds.forEach((kind, index) => {
        sink.write(7, kind, 0, bytes(index, 0, 255));
        sink.write(7, kind, 1, large);
      });
      segmentRowKinds.forEach((kind, index) => {
        expect(storage.read(7, kind, 0)).toEqual(bytes(index, 0, 255));
        expect(storage.read(7, kind, 1)).toEqual(large);
      });
    }),
  );

  test(
    'a row that was never written is undefined',
    withStorage(({ storage, sink }) => {
      sink.write(1, 'dictionary', 0, bytes(1));
      expect(storage.read(1, 'dictionary', 1)).toBeUndefined();
      expect(storage.read(1, 'postings', 0)).toBeUndefined();
      expect(storage.read(2, 'dictionary', 0)).toBeUndefined();
    }),
  );

  test(
    'removing a segment takes all of its rows and no others',
    withStorage(({ storage, sink, removeSegment }) => {
      for (const segment of [1, 2, 3]) for (const kind of segmentRowKinds) sink.write(segment, kind, 0, bytes(segment));
      removeSegment(2);
      for (const kind of segmentRowKinds) {
        expect(storage.read(1, kind, 0)).toEqual(bytes(1));
        expect(storage.read(2, kind, 0)).toBeUndefined();
        expect(storage.read(3, kind, 0)).toEqual(bytes(3));
      }
    }),
  );

  test(
    'large numbers of segments and rows are told apart',
    withStorage(({ storage, sink }) => {
      sink.write(2 ** 27, 'postings', 2 ** 20, bytes(1));
      sink.write(2 ** 27 - 1, 'postings', 2 ** 20, bytes(2));
      sink.write(2 ** 27, 'postings', 2 ** 20 - 1, bytes(3));
      expect(storage.read(2 ** 27, 'postings', 2 ** 20)).toEqual(bytes(1));
      expect(storage.read(2 ** 27 - 1, 'postings', 2 ** 20)).toEqual(bytes(2));
      expect(storage.read(2 ** 27, 'postings', 2 ** 20 - 1)).toEqual(bytes(3));
    }),
  );
}
