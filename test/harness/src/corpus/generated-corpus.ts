import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Random, seededRandom } from '../random/index.ts';
import { sourceWriters } from './source-writers.ts';
import { makeVocabulary, type Vocabulary } from './words.ts';

export interface CorpusOptions {
  /** Of all files together; reached to within one file. */
  readonly bytes: number;
  readonly seed?: number;
}

export interface Corpus {
  readonly files: number;
  readonly bytes: number;
}

const DEFAULT_SEED = 20_261_121;
const FILES_PER_DIRECTORY = 40;
/** Words that occur; grows with the text, as it does in real repositories. */
const vocabularySize = (bytes: number): number => Math.round(Math.min(120_000, Math.max(4_000, Math.sqrt(bytes) * 6)));

const open = (random: Random, { bytes, seed = DEFAULT_SEED }: CorpusOptions): Vocabulary =>
  makeVocabulary(random, { size: vocabularySize(bytes), seed: seed + 1 });

/**
 * Writes a tree of source files and documents that look like a repository to everything that counts words: several
 * languages, sizes from a few lines to some 60 kB, identifiers of several words, frequencies after Zipf. The same
 * options give the same bytes.
 */
export function writeCorpus(root: string, options: CorpusOptions): Corpus {
  const random = seededRandom(options.seed ?? DEFAULT_SEED);
  const vocabulary = open(random, options);
  const writers = sourceWriters(vocabulary, random);
  const { word } = vocabulary;
  let files = 0;
  let bytes = 0;
  let directory = root;
  while (bytes < options.bytes) {
    if (files % FILES_PER_DIRECTORY === 0) {
      directory = path.join(root, word(), `${word()}${files / FILES_PER_DIRECTORY}`);
      mkdirSync(directory, { recursive: true });
    }
    const { extension, write } = random.pick(writers);
    const text = write(1_200 * 2 ** (random() * 3 + random() * 2.7));
    writeFileSync(path.join(directory, `${word()}-${word()}${files}.${extension}`), text);
    files += 1;
    bytes += Buffer.byteLength(text);
  }
  return { files, bytes };
}
