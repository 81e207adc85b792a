import { configKeys, type ConfigKeyName } from '@agent-brain/contract/config';

/**
 * The value that a text from the environment or the command line stands for. A list is JSON, or its items with commas
 * between them; commas in braces or brackets (`*.{ts,js}`) belong to an item. What does not look like the key's type
 * stays text, so that validation can name it.
 */
export function valueOfText(name: ConfigKeyName, text: string): unknown {
  switch (configKeys[name].schema.type) {
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return booleans.get(text.trim().toLowerCase()) ?? text;
    case 'array':
      return listOfText(text);
    default:
      return text;
  }
}

/** As people write them into an environment. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function listOfText(text: string): unknown {
  if (text.trimStart().startsWith('[')) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // `[ab]*.ts` is a glob
    }
  }
  return splitAtCommas(text)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function splitAtCommas(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth = Math.max(0, depth - 1);
    else if (character === ',' && depth === 0) {
      items.push(text.slice(start, index));
      start = index + 1;
    }
  }
  items.push(text.slice(start));
  return items;
}
