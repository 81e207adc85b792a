import { readUnicode } from '../tokenize/index.ts';
import { kernelModule } from './kernel-module.ts';
import { termBytesMax } from './term-bytes.ts';

/** The part of WebAssembly's interface that is used; TypeScript knows it together with the DOM only. */
interface WebAssemblyInterface {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: object };
}

const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;

/** What the module of `packages/search/kernel` exports; places are bytes in its memory, positions UTF-16 units of the text given to it. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Where a text of so many units is to be written. */
  textRoom(units: number): number;
  beginFile(start: number, end: number): void;
  addChunk(start: number, end: number, symbolStart: number, symbolEnd: number): void;
  /** @returns bytes at {@link outStart} */
  endFile(): number;
  outStart(): number;
  termRoom(): number;
  addTerm(bytes: number): void;
}

const encoder = new TextEncoder();
let module: object | undefined;

/** Tokenizer and counter of terms in WebAssembly, with a memory of its own. */
export class Kernel {
  readonly #exports: KernelExports;
  #bytes = Buffer.alloc(0);
  /** The texts in the module's memory, one behind the other. */
  #texts: readonly string[] = [];

  constructor() {
    module ??= new Module(Buffer.from(kernelModule, 'base64'));
    const imports = { words: { readUnicode: (start: number, seen: number, end: number) => this.#readUnicode(start, seen, end) } };
    this.#exports = new Instance(module, imports).exports as KernelExports;
  }

  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Writes the texts one behind the other; positions count over all of them. */
  take(texts: readonly string[]): void {
    this.#texts = texts;
    let place = this.#exports.textRoom(texts.reduce((sum, text) => sum + text.length, 0));
    for (const text of texts) place += this.#view().write(text, place, 'utf16le');
  }

  beginFile(path: Span): void {
    this.#exports.beginFile(path.start, path.end);
  }

  addChunk(body: Span, symbol: Span): void {
    this.#exports.addChunk(body.start, body.end, symbol.start, symbol.end);
  }

  endFile(): Uint8Array<ArrayBuffer> {
    const size = this.#exports.endFile();
    const start = this.#exports.outStart();
    return new Uint8Array(this.#view().subarray(start, start + size));
  }

  readonly #addTerm = (token: string): void => {
    const place = this.#exports.termRoom();
    const { written } = encoder.encodeInto(token, this.#view().subarray(place, place + termBytesMax));
    this.#exports.addTerm(written);
  };

  #readUnicode(start: number, seen: number, end: number): number {
    let first = 0;
    for (const text of this.#texts) {
      if (start < first + text.length) {
        const word = text.slice(start - first, end - first);
        return start + readUnicode(word, 0, seen - start, this.#addTerm);
      }
      first += text.length;
    }
    throw new RangeError(`no text at ${start}`);
  }

  /** The memory, which moves when it grows. */
  #view(): Buffer {
    const { buffer } = this.#exports.memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }
}

/** UTF-16 units of what was taken, from 0. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
