import { describe, expect, test } from 'vitest';
import type { Chunk } from './chunk.ts';
import { chunkText } from './chunk-text.ts';

function chunks(text: string, options: { language?: string; size?: number; overlap?: number; path?: string } = {}): Chunk[] {
  const { language = 'typescript', size = 1500, overlap = 0, path = 'src/a.ts' } = options;
  return chunkText({ path, text, language, sourceType: 'code', chunkSize: size, chunkOverlap: overlap });
}

/** A function of about `size` characters. */
function functionOf(name: string, size: number): string {
  let text = `/** Does ${name}. */\nexport function ${name}(value: number): number {\n`;
  for (let line = 0; text.length < size - 20; line++) text += `  value += compute${name}(${line});\n`;
  return `${text}  return value;\n}\n\n`;
}

describe('boundaries', () => {
  test('an empty text has no chunks', () => {
    expect(chunks('')).toEqual([]);
  });

  test('a file within the size is one chunk', () => {
    const text = functionOf('a', 400) + functionOf('b', 300);
    expect(chunks(text)).toEqual([
      {
        ordinal: 0,
        startOffset: 0,
        endOffset: text.length,
        startLine: 1,
        endLine: text.split('\n').length - 1,
        symbol: 'a',
        kind: 'definition',
        definitions: ['a', 'b'],
        text,
      },
    ]);
  });

  test('small declarations share a chunk, and a comment stays with the declaration below', () => {
    const text = Array.from({ length: 8 }, (_, index) => functionOf(`part${index}`, 400)).join('');
    const result = chunks(text);
    expect(result.length).toBeLessThanOrEqual(4);
    for (const chunk of result) expect(chunk.text).toMatch(/^\/\*\* Does part\d/);
    expect(result.flatMap((chunk) => chunk.definitions)).toEqual(['part0', 'part1', 'part2', 'part3', 'part4', 'part5', 'part6', 'part7']);
  });

  test('a large declaration begins a chunk of its own', () => {
    const [first, second] = chunks(functionOf('small', 400) + functionOf('large', 1400));
    expect(first?.definitions).toEqual(['small']);
    expect(second?.definitions).toEqual(['large']);
  });

  test('no chunk is small unless the file is', () => {
    for (const size of [400, 1000, 1500]) {
      for (const chunk of chunks(functionOf('a', 700) + functionOf('b', 2500) + functionOf('c', 90), { size })) {
        expect(chunk.endOffset - chunk.startOffset).toBeGreaterThanOrEqual(Math.min(200, size / 4));
      }
    }
  });

  test('a decorator and its arguments are not parted from the class', () => {
    const decorated = "@Component({\n  selector: 'a',\n})\nexport class A {\n  run() {}\n}\n";
    for (let size = 1300; size < 1450; size += 7) {
      const result = chunks(functionOf('before', size) + decorated + functionOf('after', 900));
      expect(result[1]?.text).toMatch(/^(?:@Component|\/\*\* Does after)/);
    }
  });

  test('a closing bracket does not begin a chunk', () => {
    for (const chunk of chunks(Array.from({ length: 9 }, (_, index) => functionOf(`f${index}`, 777)).join(''), { size: 600 })) {
      expect(chunk.text).not.toMatch(/^\s*[}\])]/);
    }
  });
});

describe('symbols', () => {
  const text = `export class Store {\n${['load', 'save']
    .map((name) =>
      functionOf(name, 1300)
        .replace('export function ', '')
        .replaceAll(/^(?=.)/gm, '  '),
    )
    .join('')}}\n`;

  test('a part of a method names it, and only the chunk that begins it defines it', () => {
    const result = chunks(text, { size: 700 });
    expect(result.map((chunk) => chunk.symbol)).toEqual([
      'Store.load',
      'Store.load',
      'Store.load',
      'Store.save',
      'Store.save',
      'Store.save',
    ]);
    expect(result.map((chunk) => chunk.definitions)).toEqual([['Store', 'load'], [], [], ['save'], [], []]);
    expect(result.map((chunk) => chunk.kind)).toEqual(['definition', 'code', 'code', 'definition', 'code', 'code']);
  });

  test('several members have their container as symbol', () => {
    expect(chunks(text.replaceAll(/^ {4}value \+=.*\n/gm, ''))[0]).toMatchObject({
      symbol: 'Store',
      definitions: ['Store', 'load', 'save'],
    });
  });

  test('several declarations without a container have no symbol unless one is half of the chunk', () => {
    expect(chunks(functionOf('a', 300) + functionOf('b', 310) + functionOf('c', 320))[0]?.symbol).toBeUndefined();
    expect(chunks(functionOf('a', 300) + functionOf('b', 900))[0]?.symbol).toBe('b');
  });

  test('documents name the heading path and define nothing', () => {
    const page = `# Guide\n\n${'Intro. '.repeat(60)}\n\n## Linux\n\n${'Words. '.repeat(100)}\n\n### Arch\n\n${'More. '.repeat(100)}\n`;
    const result = chunks(page, { language: 'markdown', size: 800 });
    expect(result.map((chunk) => chunk.symbol)).toEqual(['Guide', 'Guide > Linux', 'Guide > Linux > Arch']);
    expect(result.every((chunk) => chunk.kind === 'doc' && chunk.definitions.length === 0)).toBe(true);
  });

  test('R Markdown is read as Markdown', () => {
    expect(chunks('# Plot\n\nText.\n', { language: 'r', path: 'a/b.Rmd' })[0]).toMatchObject({ symbol: 'Plot', kind: 'doc' });
  });
});

describe('long lines', () => {
  test('are cut behind a statement, else behind a blank, else anywhere', () => {
    expect(chunks('let a=1;'.repeat(100), { size: 250 })[0]?.text.endsWith('let a=1;')).toBe(true);
    expect(chunks('word '.repeat(100), { size: 251 })[0]?.text.endsWith('word ')).toBe(true);
    expect(chunks('x'.repeat(1000), { size: 250 }).map((chunk) => chunk.text.length)).toEqual([250, 250, 250, 250]);
  });

  test('are never cut inside a surrogate pair or CR LF', () => {
    for (const text of ['😀'.repeat(500), `x${'😀'.repeat(500)}`, `${'y'.repeat(249)}\r\n${'z'.repeat(300)}`]) {
      for (const chunk of chunks(text, { size: 250 })) {
        expect(chunk.text.isWellFormed()).toBe(true);
        expect(chunk.text).not.toMatch(/^\n/);
      }
    }
  });

  test('are cut at line separators that git does not count', () => {
    const result = chunks(`${'a'.repeat(99)}\r`.repeat(10), { size: 250 });
    expect(result[0]?.text.endsWith('\r')).toBe(true);
    expect(result.every((chunk) => chunk.startLine === 1 && chunk.endLine === 1)).toBe(true);
  });
});

describe('overlap', () => {
  test('reaches back to a line start, and lines are those of the text', () => {
    const text = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
    const [, second] = chunks(text, { language: 'text', size: 300, overlap: 30 });
    const before = (second?.endOffset ?? 0) - (second?.text.length ?? 0);
    expect((second?.startOffset ?? 0) - before).toBeGreaterThan(15);
    expect(second?.text).toMatch(/^line \d+\n/);
    expect(text.split('\n')[(second?.startLine ?? 0) - 1]).toBe(second?.text.split('\n')[0]);
  });

  test('is at most half of the size', () => {
    const [, second] = chunks('x'.repeat(1000), { size: 200, overlap: 5000 });
    expect(second?.text.length).toBe(300);
  });
});
