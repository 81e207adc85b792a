/** How many characters a text takes inside a JSON string. */
export const jsonLength = (text: string): number => JSON.stringify(text).length - 2;

export interface Cut {
  readonly text: string;
  /** Lines of the text; 0 when nothing is left of it. */
  readonly lines: number;
  readonly isCut: boolean;
}

/** The beginning of a text that takes at most `room` characters of JSON, to the end of a line where there is one. */
export function cutText(text: string, room: number): Cut {
  if (jsonLength(text) <= room) return { text, lines: text.split('\n').length, isCut: false };
  const head = longestHead(text, room);
  const lastBreak = head.lastIndexOf('\n');
  const kept = lastBreak > 0 ? head.slice(0, lastBreak) : withoutHalfCharacter(head);
  return { text: kept, lines: kept === '' ? 0 : kept.split('\n').length, isCut: true };
}

function longestHead(text: string, room: number): string {
  let low = 0;
  let high = Math.min(text.length, Math.max(0, room));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (jsonLength(text.slice(0, middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low);
}

const withoutHalfCharacter = (text: string): string => (/[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text);
