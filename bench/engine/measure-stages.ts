import { zstdCompressSync } from 'node:zlib';
import { type Chunk, chunkText } from '@agent-brain/search/chunk';
import { readSource } from '@agent-brain/search/decode';
import { tokenizeInto } from '@agent-brain/search/tokenize';
import { type FileCandidate, walkFolder } from '@agent-brain/search/walk';
import { indexConfig } from './index-config.ts';
import type { Stages } from './measures.ts';

/** Of a large tree a part says as much. */
const ENOUGH_BYTES = 40_000_000;

interface ReadFile {
  readonly candidate: FileCandidate;
  readonly text: string;
}

/** How fast one thread walks, reads, cuts, splits and packs a tree, one stage after the other. */
export async function measureStages(root: string): Promise<Stages> {
  const { maxFileBytes, chunkSize, chunkOverlap } = indexConfig;
  const candidates: FileCandidate[] = [];
  let bytes = 0;
  const stages: Record<string, number> = {};
  const timed = (name: string, work: () => void): void => {
    const since = performance.now();
    work();
    stages[name] = bytes / 1e6 / ((performance.now() - since) / 1000);
  };
  const since = performance.now();
  let walked = 0;
  for await (const { files } of walkFolder({ root, folder: root, maxFileBytes })) {
    for (const file of files) {
      walked += file.sizeBytes;
      if (bytes >= ENOUGH_BYTES) continue;
      candidates.push(file);
      bytes += file.sizeBytes;
    }
  }
  stages['walk'] = walked / 1e6 / ((performance.now() - since) / 1000);
  const files: ReadFile[] = [];
  timed('read, hash, decode', () => {
    for (const candidate of candidates) {
      const source = readSource(candidate.absolutePath, { maxBytes: maxFileBytes, root });
      if (!('skip' in source)) files.push({ candidate, text: source.text });
    }
  });
  const chunks: Chunk[] = [];
  timed('chunk', () => {
    for (const { candidate, text } of files) {
      const { path, language, sourceType } = candidate;
      chunks.push(...chunkText({ path, text, language, sourceType, chunkSize, chunkOverlap }));
    }
  });
  let words = 0;
  timed('tokenize', () => {
    for (const { text } of chunks) tokenizeInto(text, () => (words += 1));
  });
  timed('zstd, file by file', () => {
    for (const { text } of files) zstdCompressSync(text);
  });
  if (words === 0) throw new Error(`${root} has no words`);
  return stages;
}
