import type { ParseItem } from './parse-protocol.ts';

/** The items of a task, which may still be found while the first of them are read. */
export class ParseFeed {
  readonly #items: ParseItem[] = [];
  #next = 0;
  #bytesLeft = 0;
  #isComplete = false;
  #failure: { reason: unknown } | null = null;
  #onChange: () => void = () => {};

  static of(items: Iterable<ParseItem>): ParseFeed {
    const feed = new ParseFeed();
    for (const item of items) feed.push(item);
    feed.complete();
    return feed;
  }

  /** Items so far, those that were taken among them. */
  get count(): number {
    return this.#items.length;
  }

  /** Source bytes of the items that are there and not taken. */
  get bytesLeft(): number {
    return this.#bytesLeft;
  }

  get hasNext(): boolean {
    return this.#next < this.#items.length;
  }

  /** Nothing is left, and nothing will come. */
  get isAtEnd(): boolean {
    return this.#isComplete && !this.hasNext;
  }

  /** Why no more will be found; null as long as all is well. */
  get failure(): { readonly reason: unknown } | null {
    return this.#failure;
  }

  push(item: ParseItem): void {
    this.#items.push(item);
    this.#bytesLeft += item.candidate.sizeBytes;
  }

  /** To be called after some {@link push}es: whoever takes them looks again. */
  flush(): void {
    this.#onChange();
  }

  complete(): void {
    this.#isComplete = true;
    this.#onChange();
  }

  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#onChange();
  }

  /** The item that {@link take} would give. */
  peek(): ParseItem | undefined {
    return this.#items[this.#next];
  }

  take(): ParseItem | undefined {
    const item = this.#items[this.#next];
    if (item === undefined) return undefined;
    this.#next += 1;
    this.#bytesLeft -= item.candidate.sizeBytes;
    return item;
  }

  /** Items that were taken and not done come next. */
  putBack(items: readonly ParseItem[]): void {
    this.#items.splice(this.#next, 0, ...items);
    for (const { candidate } of items) this.#bytesLeft += candidate.sizeBytes;
  }

  /** @param listener called when there is something new to see; one at a time */
  listen(listener: () => void): void {
    this.#onChange = listener;
  }
}
