import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenize } from '../tokenize/index.ts';
import { FilePostingsBuilder, FilePostingsReader } from './file-postings.ts';
import { fileOfChunks, type SampleChunk } from './fixtures/file-of-chunks.ts';
import { termText } from './term-bytes.ts';

const numRuns = process.env['AGENT_BRAIN_SOAK'] === '1' ? 20_000 : 300;

const piece = fc.oneof(
  fc.constantFrom('get', 'User', 'HTTP', '_', '$', '2', ' ', '-', 'é', 'É', '数据', 'ß', 'İ', '\u0301', '\ud83d', '½', 'Ａ', '𐐀', 'ﷺ'),
  fc.constantFrom('x'.repeat(33), 'a$'.repeat(150), '$'.repeat(300), 'parse2XmlFileReader_v3', 'k'.repeat(300), 'k1'.repeat(120)),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
/** English words in all their forms: what the stemmer looks at is their end. */
const endings = 's es ed ing eed y ies sses ational tion ization ness fulness icate ative ement ent ion sion tion e ee ll ous izer'.split(
  ' ',
);
const english = fc
  .tuple(fc.stringMatching(/^[a-z]{0,7}$/), fc.array(fc.constantFrom(...endings), { maxLength: 3 }))
  .map(([stem, ends]) => stem + ends.join(''));
const text = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.array(fc.oneof(piece, english), { maxLength: 40 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);
const chunks = fc.array(fc.record({ text, symbol: fc.oneof(fc.constant(''), text) }), { maxLength: 4 });
const file = fc.record({ path: text, chunks });

/** By term: frequency in the path, and by chunk those in the body and in the symbol. */
interface Counted {
  lengths: number[];
  terms: Map<string, { path: number; chunks: Map<number, [body: number, symbol: number]> }>;
}

function naive(path: string, all: readonly SampleChunk[]): Counted {
  const terms: Counted['terms'] = new Map();
  const entry = (term: string) => terms.get(term) ?? terms.set(term, { path: 0, chunks: new Map() }).get(term);
  const pathTokens = tokenize(path);
  for (const token of pathTokens) (entry(token) as { path: number }).path += 1;
  const lengths = all.map((chunk, index) => {
    const fields = [tokenize(chunk.text), tokenize(chunk.symbol)];
    fields.forEach((tokens, field) => {
      for (const token of tokens) {
        const found = entry(token)?.chunks;
        const counts = found?.get(index) ?? [0, 0];
        counts[field as 0 | 1] += 1;
        found?.set(index, counts);
      }
    });
    return pathTokens.length + fields.flat().length;
  });
  return { lengths, terms };
}

function fnv(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function decode(bytes: Uint8Array): Counted {
  const reader = new FilePostingsReader(bytes);
  const lengths = Array.from({ length: reader.chunks }, () => reader.readLength());
  const heads = Array.from({ length: reader.terms }, () => {
    reader.readTerm();
    const term = reader.bytes.slice(reader.start, reader.end);
    expect(reader.hash).toBe(fnv(term));
    return { term: termText(term), path: reader.pathCount, count: reader.count };
  });
  const terms: Counted['terms'] = new Map();
  for (const { term, path, count } of heads) {
    const found = new Map<number, [number, number]>();
    reader.beginList();
    for (let posting = 0; posting < count; posting++) {
      reader.readPosting();
      found.set(reader.chunk, [reader.body, reader.symbol]);
    }
    terms.set(term, { path, chunks: found });
  }
  expect(terms.size).toBe(reader.terms);
  return { lengths, terms };
}

function build(builder: FilePostingsBuilder, path: string, all: readonly SampleChunk[]): Uint8Array {
  const { text: whole, fields } = fileOfChunks(all);
  return builder.build(path, whole, fields);
}

test('the postings of a file count the tokens of the tokenizer, whatever files came before', () => {
  const builder = new FilePostingsBuilder();
  fc.assert(
    fc.property(file, (sample) => {
      expect(decode(build(builder, sample.path, sample.chunks))).toEqual(naive(sample.path, sample.chunks));
    }),
    { numRuns },
  );
});

test('a chunk ends where it says, in the middle of a word too', () => {
  const builder = new FilePostingsBuilder();
  const whole = 'getUserÉtat数据库nameplate';
  const border = fc.integer({ min: 0, max: whole.length });
  fc.assert(
    fc.property(border, border, (left, right) => {
      const [start, end] = [Math.min(left, right), Math.max(left, right)];
      const built = decode(builder.build('p', whole, [{ body: { start, end }, symbol: '' }]));
      expect(built).toEqual(naive('p', [{ text: whole.slice(start, end), symbol: '' }]));
    }),
    { numRuns },
  );
});

test('after more different terms than are kept, files are counted as before', () => {
  const builder = new FilePostingsBuilder();
  const known: SampleChunk[] = [{ text: 'alpha betaGamma alpha', symbol: 'delta' }];
  const before = build(builder, 'some/path', known);
  for (let round = 0; round < 8; round++) {
    const words = Array.from({ length: 20_000 }, (_, index) => `n${(round * 20_000 + index).toString(36)}q`);
    const built = decode(build(builder, 'many', [{ text: words.join(' '), symbol: '' }]));
    expect(built.lengths[0]).toBe(1 + tokenize(words.join(' ')).length);
  }
  expect(Buffer.compare(build(builder, 'some/path', known), before)).toBe(0);
});

test('a text of many megabytes is counted, and what follows it too', () => {
  const builder = new FilePostingsBuilder();
  const megabytes = 'lorem ipsumDolor '.repeat(1_500_000);
  const { lengths, terms } = decode(build(builder, 'big', [{ text: megabytes, symbol: '' }]));
  expect(terms.get('lorem')?.chunks.get(0)).toEqual([1_500_000, 0]);
  expect(lengths).toEqual([1 + tokenize('lorem ipsumDolor ').length * 1_500_000]);
  expect(decode(build(builder, 'small', [{ text: 'one', symbol: '' }]))).toEqual(naive('small', [{ text: 'one', symbol: '' }]));
});
