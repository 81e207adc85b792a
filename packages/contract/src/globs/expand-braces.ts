/** Alternatives that the braces of one glob may expand to. */
export const maxAlternatives = 256;

/**
 * `a{b,c{d,e}}` → `ab`, `acd`, `ace`. Braces without a comma or without their end are plain characters.
 * @returns null for more than 256 alternatives
 */
export function expandBraces(pattern: string): string[] | null {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0) {
    if (open.length + done.length > maxAlternatives) return null;
    const text = open.pop() as string;
    const group = firstGroup(text);
    if (group === null) done.push(text);
    else for (const option of group.options.toReversed()) open.push(text.slice(0, group.start) + option + text.slice(group.end));
  }
  return done;
}

interface BraceGroup {
  readonly start: number;
  /** Behind the closing brace. */
  readonly end: number;
  readonly options: string[];
}

function firstGroup(text: string): BraceGroup | null {
  for (let start = 0; start < text.length; start += 1) {
    if (text[start] === '\\') start += 1;
    else if (text[start] === '{') {
      const group = readGroup(text, start);
      if (group !== null) return group;
    }
  }
  return null;
}

function readGroup(text: string, start: number): BraceGroup | null {
  const options: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '{') depth += 1;
    else if (character === ',' && depth === 1) {
      options.push(text.slice(from, at));
      from = at + 1;
    } else if (character === '}') {
      depth -= 1;
      if (depth > 0) continue;
      options.push(text.slice(from, at));
      return options.length > 1 ? { start, end: at + 1, options } : null;
    }
  }
  return null;
}

/** Whether a `{` with a comma behind it has no `}`: alternatives that nobody has ended. */
export function hasOpenBrace(pattern: string): boolean {
  const commas: boolean[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '{') commas.push(false);
    else if (character === '}') commas.pop();
    else if (character === ',' && commas.length > 0) commas[commas.length - 1] = true;
  }
  return commas.includes(true);
}
