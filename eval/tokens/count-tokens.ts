/** Characters that a model's tokenizer takes for one token of code or English, about; the same for both sides. */
const CHARS_PER_TOKEN = 4;

const countTokens = (text: string): number => Math.ceil(text.length / CHARS_PER_TOKEN);

/** What an agent has read when it meets the first file that answers its question. */
export interface Reading {
  /** Tokens up to the end of that file's part; of all that was read, when it was not met. */
  tokens: number;
  found: boolean;
}

/** The parts of what is read, in order, each about one file or, without a path, about none. */
export interface Part {
  path: string | null;
  text: string;
}

export function readUntil(parts: readonly Part[], isAnswer: (path: string) => boolean): Reading {
  let tokens = 0;
  for (const { path, text } of parts) {
    tokens += countTokens(text);
    if (path !== null && isAnswer(path)) return { tokens, found: true };
  }
  return { tokens, found: false };
}
