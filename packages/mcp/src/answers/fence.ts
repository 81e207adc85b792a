import { printableText } from '@agent-brain/runtime/printable';

const SHORTEST_FENCE = 3;

/**
 * Text of a file between two fences, as Markdown writes them. The fence is longer than any run of backticks in the text, so that
 * no line of a file can end it and pass for a heading or a note of the answer; controls are escaped.
 */
export function fenced(text: string): string {
  const shown = printableText(text);
  const fence = '`'.repeat(fenceLength(shown));
  return `${fence}\n${shown}\n${fence}`;
}

/** Characters that {@link fenced} adds to the escaped text. */
export const fenceChars = (text: string): number => 2 * (fenceLength(text) + 1);

function fenceLength(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return Math.max(SHORTEST_FENCE, longest + 1);
}
