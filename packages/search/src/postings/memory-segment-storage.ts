import type { SegmentRowKind, SegmentSink, SegmentStorage } from './segment-storage.ts';

/** Segments in a map: for tests, and for a store that lives in memory. */
export class MemorySegmentStorage implements SegmentStorage, SegmentSink {
  readonly #segments = new Map<number, Map<string, Uint8Array>>();

  read(segment: number, kind: SegmentRowKind, number: number): Uint8Array | undefined {
    return this.#segments.get(segment)?.get(`${kind} ${number}`);
  }

  write(segment: number, kind: SegmentRowKind, number: number, bytes: Uint8Array): void {
    let rows = this.#segments.get(segment);
    if (rows === undefined) this.#segments.set(segment, (rows = new Map()));
    rows.set(`${kind} ${number}`, bytes);
  }

  removeSegment(segment: number): void {
    this.#segments.delete(segment);
  }

  sizeBytes(): number {
    let size = 0;
    for (const rows of this.#segments.values()) for (const bytes of rows.values()) size += bytes.length;
    return size;
  }
}
