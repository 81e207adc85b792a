import type { FileIndexed, TextBlock } from '../store/index.ts';
import type { SkipReason } from '@agent-brain/contract/jobs';
import type { ParseResult } from './parse-result.ts';

/**
 * Results as they go from thread to thread: columns, and all bytes in one buffer. To clone an object with a dozen fields
 * for each file takes three times as long.
 */
export interface PackedResults {
  /** One after the other, with a NUL after each. */
  paths: string;
  /** Hashes of the files, which are all of one length. */
  hashes: string;
  /** Each string that fields of few values have, once; `numbers` has its place. */
  labels: string[];
  /** For each result as many as {@link fieldsOf} has names. */
  numbers: Float64Array;
  /** For each block of text the length of its bytes, and of its text. */
  blocks: Float64Array;
  /** Outline and postings of each file, then the blocks. */
  bytes: Uint8Array<ArrayBuffer>;
}

const kinds = ['file', 'touch', 'skip'] as const;

const fieldsOf = {
  kind: 0,
  sizeBytes: 1,
  mtimeMs: 2,
  ctimeMs: 3,
  ino: 4,
  readAtMs: 5,
  /** Of a skip. */
  reason: 6,
  language: 6,
  sourceType: 7,
  recipe: 8,
  block: 9,
  offset: 10,
  length: 11,
  chunkCount: 12,
  outline: 13,
  postings: 14,
} as const;
const WIDTH = 15;
const HASH_DIGITS = 64;

export function packResults(results: readonly ParseResult[]): PackedResults {
  const numbers = new Float64Array(results.length * WIDTH);
  const labels = new Map<string, number>();
  const placeOf = (label: string): number => {
    const known = labels.get(label);
    if (known === undefined) labels.set(label, labels.size);
    return known ?? labels.size - 1;
  };
  const blocks = new Map<TextBlock, number>();
  const files: FileIndexed[] = [];
  let paths = '';
  let hashes = '';
  for (let index = 0, at = 0; index < results.length; index++, at += WIDTH) {
    const result = results[index] as ParseResult;
    const { path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs } =
      result.kind === 'file' ? result.file : result.kind === 'touch' ? result.touch : result.skip;
    paths += `${path}\0`;
    numbers[at + fieldsOf.kind] = kinds.indexOf(result.kind);
    numbers[at + fieldsOf.sizeBytes] = sizeBytes;
    numbers[at + fieldsOf.mtimeMs] = mtimeMs;
    numbers[at + fieldsOf.ctimeMs] = ctimeMs;
    numbers[at + fieldsOf.ino] = ino;
    numbers[at + fieldsOf.readAtMs] = readAtMs;
    if (result.kind === 'skip') numbers[at + fieldsOf.reason] = placeOf(result.skip.reason);
    if (result.kind !== 'file') continue;
    const { file } = result;
    const { block, offset, length } = file.text;
    if (!blocks.has(block)) blocks.set(block, blocks.size);
    files.push(file);
    hashes += file.hash;
    numbers[at + fieldsOf.language] = placeOf(file.language);
    numbers[at + fieldsOf.sourceType] = placeOf(file.sourceType);
    numbers[at + fieldsOf.recipe] = placeOf(file.recipe);
    numbers[at + fieldsOf.block] = blocks.get(block) as number;
    numbers[at + fieldsOf.offset] = offset;
    numbers[at + fieldsOf.length] = length;
    numbers[at + fieldsOf.chunkCount] = file.chunkCount;
    numbers[at + fieldsOf.outline] = file.outline.length;
    numbers[at + fieldsOf.postings] = file.postings.length;
  }
  const all = [...blocks.keys()];
  return {
    paths,
    hashes,
    labels: [...labels.keys()],
    numbers,
    blocks: Float64Array.from(all.flatMap(({ zstd, length }) => [zstd.length, length])),
    bytes: joined([...files.flatMap(({ outline, postings }) => [outline, postings]), ...all.map(({ zstd }) => zstd)]),
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

export function unpackResults({ paths, hashes, labels, numbers, blocks: blockSizes, bytes }: PackedResults): ParseResult[] {
  const blocks: TextBlock[] = [];
  for (let at = 0; at < blockSizes.length; at += 2) blocks.push({ zstd: new Uint8Array(0), length: blockSizes[at + 1] as number });
  const results: ParseResult[] = [];
  let pathStart = 0;
  let hashStart = 0;
  let end = 0;
  const take = (length: number): Uint8Array => {
    end += length;
    return bytes.subarray(end - length, end);
  };
  for (let at = 0; at < numbers.length; at += WIDTH) {
    const number = (field: keyof typeof fieldsOf): number => numbers[at + fieldsOf[field]] as number;
    const label = (field: keyof typeof fieldsOf): string => labels[number(field)] as string;
    const pathEnd = paths.indexOf('\0', pathStart);
    const touch = {
      path: paths.slice(pathStart, pathEnd),
      sizeBytes: number('sizeBytes'),
      mtimeMs: number('mtimeMs'),
      ctimeMs: number('ctimeMs'),
      ino: number('ino'),
      readAtMs: number('readAtMs'),
    };
    pathStart = pathEnd + 1;
    const kind = kinds[number('kind')];
    if (kind === 'touch') results.push({ kind, touch });
    else if (kind === 'skip') results.push({ kind, skip: { ...touch, reason: label('reason') as SkipReason } });
    else {
      const file: FileIndexed = {
        ...touch,
        hash: hashes.slice(hashStart, hashStart + HASH_DIGITS),
        language: label('language'),
        sourceType: label('sourceType') as FileIndexed['sourceType'],
        recipe: label('recipe'),
        text: { block: blocks[number('block')] as TextBlock, offset: number('offset'), length: number('length') },
        chunkCount: number('chunkCount'),
        outline: take(number('outline')),
        postings: take(number('postings')),
      };
      hashStart += HASH_DIGITS;
      results.push({ kind: 'file', file });
    }
  }
  for (const [index, block] of blocks.entries()) block.zstd = take(blockSizes[index * 2] as number);
  return results;
}
