import { chunkText } from '@agent-brain/search/chunk';
import { readSource } from '@agent-brain/search/decode';
import { walkFolder } from '@agent-brain/search/walk';
import { indexConfig } from './index-config.ts';

export interface TreeChunk {
  readonly path: string;
  readonly text: string;
}

/** The chunks that our engine makes of a tree, for programs that are to search the same pieces. */
export async function* treeChunks(root: string): AsyncGenerator<TreeChunk[]> {
  const { maxFileBytes, chunkSize, chunkOverlap } = indexConfig;
  for await (const { files } of walkFolder({ root, folder: root, maxFileBytes })) {
    for (const { path, absolutePath, language, sourceType } of files) {
      const source = readSource(absolutePath, { maxBytes: maxFileBytes, root });
      if ('skip' in source) continue;
      yield chunkText({ path, text: source.text, language, sourceType, chunkSize, chunkOverlap }).map(({ text }) => ({ path, text }));
    }
  }
}
