import type { IndexPlan, SkipReason } from '@agent-brain/contract/jobs';
import { readDocument } from '../extract/index.ts';
import { type FileCandidate, walkFolder } from '../walk/index.ts';
import { type RunOrder, walkOptionsOf } from './run-order.ts';
import type { RunSurroundings } from './run-surroundings.ts';
import { SkipList } from './run-report.ts';
import { readableRoot } from './run-scope.ts';

const FILES_SHOWN = 10_000;

/**
 * What a run over the folder would index and skip. Reads the files, since whether a file is text is told
 * by its bytes; cuts nothing and writes nothing.
 * @throws the signal's reason
 */
export async function planRun(
  order: RunOrder,
  around: Pick<RunSurroundings, 'root' | 'closedDirs' | 'signal' | 'log'>,
): Promise<IndexPlan> {
  const skips = new SkipList();
  const files: FileCandidate[] = [];
  const walk = walkOptionsOf(order, around);
  const root = readableRoot(around.root, order.folder);
  for await (const batch of walkFolder(walk)) {
    for (const skip of batch.skips) skips.add(skip);
    for (const candidate of batch.files) {
      const reason = await reasonToSkip(candidate, { maxFileBytes: walk.maxFileBytes, root });
      if (reason === null) files.push(candidate);
      else skips.add({ path: candidate.path, reason });
    }
    around.signal.throwIfAborted();
  }
  files.sort((left, right) => (left.path < right.path ? -1 : 1));
  const languages: Record<string, number> = {};
  for (const { language } of files) languages[language] = (languages[language] ?? 0) + 1;
  return {
    folder_path: order.folder,
    total_files: files.length,
    total_bytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    languages,
    files: files
      .slice(0, FILES_SHOWN)
      .map(({ path, sizeBytes, language, sourceType }) => ({ path, size_bytes: sizeBytes, language, source_type: sourceType })),
    skipped: skips.examples,
    skipped_count: skips.counts,
  };
}

/** Formats that take long to read, and could hold the thread; that they can be read is taken for granted here. */
const slowFormats: ReadonlySet<string> = new Set(['pdf', 'docx']);

async function reasonToSkip(candidate: FileCandidate, options: { maxFileBytes: number; root: string }): Promise<SkipReason | null> {
  if (slowFormats.has(candidate.language)) return null;
  const source = await readDocument(candidate, options);
  return 'skip' in source ? source.skip : null;
}
