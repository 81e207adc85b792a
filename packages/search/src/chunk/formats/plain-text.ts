import { boundary } from '../outline.ts';
import { type DocumentFormat, proseScore } from './document-format.ts';

/** Paragraphs; a form feed begins a page. */
export const plainText: DocumentFormat = {
  reader(text, lines) {
    return (line, afterBlank) => {
      const first = lines.firsts[line] as number;
      if (first === 0) return boundary.continuation;
      if (text.charCodeAt(lines.starts[line] as number) === 0x0c) return boundary.strong;
      return proseScore(first, lines.indents[line] as number, afterBlank);
    };
  },
};
