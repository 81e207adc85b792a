import { compressTexts, type FileIndexed, textBlockBytes, type TextBlock } from '../store/index.ts';

/** Of the room that is kept for the blocks to come, at the least and at the most. */
const ROOM_BYTES = 256 * 1024;
const KEPT_BYTES = 4 * 1024 * 1024;
/** UTF-8 takes so many bytes for a UTF-16 unit at the most. */
const BYTES_PER_UNIT = 3;

/** Gathers the texts of files into blocks. What it says of a text is whole when {@link close} has been called. */
export class TextPacker {
  #room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  #block: TextBlock | null = null;
  #length = 0;

  add(text: string): FileIndexed['text'] {
    this.#reserve(this.#length + text.length * BYTES_PER_UNIT);
    const start = this.#length;
    const length = this.#room.write(text, start);
    if (start > 0 && start + length > textBlockBytes) {
      this.close();
      this.#room.copyWithin(0, start, start + length);
    }
    this.#block ??= { zstd: new Uint8Array(0), length: 0 };
    const place = { block: this.#block, offset: this.#length, length };
    this.#length += length;
    return place;
  }

  /** Compresses the block that is open. */
  close(): void {
    if (this.#block !== null) Object.assign(this.#block, compressTexts(this.#room.subarray(0, this.#length)));
    this.#block = null;
    this.#length = 0;
  }

  #reserve(bytes: number): void {
    const { length } = this.#room;
    if (bytes <= length && length <= KEPT_BYTES) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, ROOM_BYTES));
    this.#room.copy(larger, 0, 0, this.#length);
    this.#room = larger;
  }
}
