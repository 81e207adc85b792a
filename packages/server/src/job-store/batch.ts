/** Changes that share one write and one fsync. */
export class Batch {
  /** Everything is written anew. */
  readonly isRewrite: boolean;
  /** Resolves when it is decided whether the disk has them. */
  readonly written: Promise<boolean>;
  readonly settle: (isPersisted: boolean) => void;
  readonly #ids = new Set<string>();
  readonly #lines: string[] = [];
  #sync = false;

  constructor({ isRewrite }: { isRewrite: boolean }) {
    this.isRewrite = isRewrite;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.written = promise;
    this.settle = resolve;
  }

  add(id: string, line: string, sync: boolean): void {
    this.#ids.add(id);
    this.#lines.push(line);
    this.#sync ||= sync;
  }

  get ids(): Iterable<string> {
    return this.#ids;
  }

  /** Lines. */
  get size(): number {
    return this.#lines.length;
  }

  get text(): string {
    return this.#lines.join('');
  }

  get sync(): boolean {
    return this.#sync;
  }
}
