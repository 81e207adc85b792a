/**
 * Breaks a text without formats between words, so that no line is wider than the terminal; a longer word stays whole.
 * @param width columns; `Infinity` breaks nowhere
 * @param indent spaces before every line but the first, which the caller begins; they count
 */
export function wrapText(text: string, width: number, indent = 0): string {
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
