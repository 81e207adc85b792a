import { zstdCompressSync } from 'node:zlib';
import { type Chunk, chunkText } from '@agent-brain/search/chunk';
import { readSource } from '@agent-brain/search/decode';
import { FilePostingsBuilder } from '@agent-brain/search/postings';
import { type FileCandidate, walkFolder } from '@agent-brain/search/walk';
import { indexConfig } from './index-config.ts';
import type { Stages } from './measures.ts';

/** Of a large tree a part says as much. */
const ENOUGH_BYTES = 40_000_000;

interface ReadFile {
  readonly candidate: FileCandidate;
  readonly text: string;
}

/** How fast one thread walks, reads, cuts, counts and packs a tree, one stage after the other. */
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
  const chunks: Chunk[][] = [];
  timed('chunk', () => {
    for (const { candidate, text } of files) {
      const { path, language, sourceType } = candidate;
      chunks.push(chunkText({ path, text, language, sourceType, chunkSize, chunkOverlap }));
    }
  });
  let postings = 0;
  const builder = new FilePostingsBuilder();
  timed('words and postings', () => {
    files.forEach(({ candidate, text }, index) => {
      const fields = (chunks[index] as Chunk[]).map(({ endOffset, text: body, symbol = '' }) => ({
        body: { start: endOffset - body.length, end: endOffset },
        symbol,
      }));
      postings += builder.build(candidate.path, text, fields).length;
    });
  });
  timed('zstd, file by file', () => {
    for (const { text } of files) zstdCompressSync(text);
  });
  if (postings === 0) throw new Error(`${root} has no words`);
  return stages;
}
