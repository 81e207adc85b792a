import type { DirectoryNode } from './directory-node.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const EXAMPLES = 5;

/** Directories that are walked and have no watch, and when to try again. */
export class MissingWatches {
  readonly #onRetry: () => void;
  readonly #codes = new Map<DirectoryNode, string>();
  #lastCode: string | undefined;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | undefined;

  constructor(onRetry: () => void) {
    this.#onRetry = onRetry;
  }

  get count(): number {
    return this.#codes.size;
  }

  get nodes(): DirectoryNode[] {
    return [...this.#codes.keys()];
  }

  get code(): string | undefined {
    return this.#codes.size === 0 ? undefined : this.#lastCode;
  }

  get examples(): string[] {
    return this.nodes.slice(0, EXAMPLES).map(({ path }) => path);
  }

  /** @param code error code of the system */
  add(node: DirectoryNode, code: string): void {
    this.#codes.set(node, code);
    this.#lastCode = code;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onRetry();
    }, this.#retryMs);
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }

  /** It has its watch, or needs none any more. */
  delete(node: DirectoryNode): void {
    if (!this.#codes.delete(node) || this.#codes.size > 0) return;
    this.close();
    this.#retryMs = FIRST_RETRY_MS;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
