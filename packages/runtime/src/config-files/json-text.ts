/** What a JSON text says, or where it is wrong. Lines and columns (UTF-16 units) count from 1. */
export type JsonText = { value: unknown } | { line: number; column: number; problem: string };

/** Reads JSON; unlike the platform's parser it says where a text that a person has written is wrong, and why. */
export function parseJson(text: string): JsonText {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    const { offset, problem } = firstProblem(text);
    const before = text.slice(0, offset).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, problem };
  }
}

interface Problem {
  offset: number;
  problem: string;
}

const blank = /[ \t\n\r]*/y;
const string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;

/** What may come next: `value!` and `key!` after a comma, where a closing bracket would make it a trailing one. */
type Expectation = 'value' | 'value!' | 'key' | 'key!' | ':' | ', or end' | 'end';

function firstProblem(text: string): Problem {
  const open: string[] = [];
  let offset = 0;
  let expected: Expectation = 'value!';
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    const found = pattern.test(text);
    if (found) offset = pattern.lastIndex;
    return found;
  };
  const afterValue = (): Expectation => (open.length === 0 ? 'end' : ', or end');

  for (;;) {
    take(blank);
    const character = text[offset];
    const closes = character !== undefined && character === open.at(-1);
    if (character === undefined)
      return { offset, problem: open.length === 0 ? 'the text has no value' : `the text ends before "${open.at(-1)}"` };
    if (closes && (expected === ', or end' || expected === 'value' || expected === 'key')) {
      open.pop();
      offset++;
      expected = afterValue();
    } else if (expected === ':' && character === ':') {
      offset++;
      expected = 'value!';
    } else if (expected === ', or end' && character === ',') {
      offset++;
      expected = open.at(-1) === '}' ? 'key!' : 'value!';
    } else if ((expected === 'key' || expected === 'key!') && take(string)) {
      expected = ':';
    } else if ((expected === 'value' || expected === 'value!') && (character === '{' || character === '[')) {
      open.push(character === '{' ? '}' : ']');
      offset++;
      expected = character === '{' ? 'key' : 'value';
    } else if ((expected === 'value' || expected === 'value!') && (take(string) || take(scalar))) {
      expected = afterValue();
    } else {
      return { offset, problem: explain(text, offset, expected, closes) };
    }
  }
}

function explain(text: string, offset: number, expected: Expectation, closes: boolean): string {
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  if (text.startsWith('//', offset) || text.startsWith('/*', offset) || character === '#') return 'JSON has no comments';
  if (character === "'") return 'text stands in double quotes';
  if (closes && expected.endsWith('!')) return `there is a comma before "${character}"`;
  if (character === '"' && (expected.startsWith('value') || expected.startsWith('key')))
    return 'the text in quotes does not end, or holds a wrong escape or a line break';
  return `expected ${wanted[expected]}, found ${JSON.stringify(character)}`;
}

const wanted: Record<Expectation, string> = {
  value: 'a value or "]"',
  'value!': 'a value',
  key: 'a key in double quotes or "}"',
  'key!': 'a key in double quotes',
  ':': '":"',
  ', or end': 'a comma or a closing bracket',
  end: 'the end of the text',
};
