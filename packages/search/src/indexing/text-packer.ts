import { compressTexts, type FileIndexed, textBlockBytes, type TextBlock } from '../store/index.ts';

/** Gathers the texts of files into blocks. What it says of a text is whole when {@link close} has been called. */
export class TextPacker {
  #block: TextBlock | null = null;
  #texts: Uint8Array[] = [];
  #length = 0;

  add(text: string): FileIndexed['text'] {
    const bytes = Buffer.from(text);
    if (this.#length > 0 && this.#length + bytes.length > textBlockBytes) this.close();
    this.#block ??= { zstd: new Uint8Array(0), length: 0 };
    const place = { block: this.#block, offset: this.#length, length: bytes.length };
    this.#texts.push(bytes);
    this.#length += bytes.length;
    return place;
  }

  /** Compresses the block that is open. */
  close(): void {
    if (this.#block !== null) Object.assign(this.#block, compressTexts(Buffer.concat(this.#texts)));
    this.#block = null;
    this.#texts = [];
    this.#length = 0;
  }
}
