/** One value to be set in a text, or taken out of it. */
export interface DocumentEdit {
  readonly text: string;
  /** From the top of the document down to the value. */
  readonly keys: readonly string[];
  /** undefined: the value goes. */
  readonly value: unknown;
}

/** A text as plain data, or why it is none: words that go on after "cannot be changed —". */
export type ReadOutcome = { readonly document: unknown } | { readonly reason: string };
