import { checkSegment, DocumentSet, type LiveSegment } from '../postings/index.ts';
import type { FileTable } from './file-table.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { isDamage } from './store-error.ts';
import type { StoreParts } from './store-parts.ts';

/** What was taken out; whoever repairs compares the folders then, and the files come again. */
export interface RowRepair {
  /** Files that had lost a part of what belongs to them. */
  files: number;
  /** Chunks that were found and belonged to no file. */
  chunks: number;
  /** Segments whose bytes are damaged. */
  segments: number;
}

/**
 * Makes tables agree with one another again by taking out what is not whole, inside the transaction of the owner: damaged
 * segments, files that have not all of their chunks and their text, and what belongs to no file. All else stays and goes
 * on answering. Damaged pages cannot be repaired so; a check has to follow.
 * @throws what SQLite throws on a page it cannot read
 */
export function repairRows(parts: StoreParts, files: FileTable, segments: SegmentWriter): RowRepair {
  const { statements, meta } = parts;
  const damaged: number[] = [];
  const opened = parts.segments.current((id) => damaged.push(id));
  const live = opened.filter(({ segment }) => isSound(() => (checkSegment(segment), true)) || damaged.push(segment.id) < 0);
  for (const id of damaged) segments.remove(id);
  const found = countLiving(live);
  const broken = brokenFiles(parts, found);
  for (const path of broken) files.remove(path);
  const kept = new Set(
    statements
      .get('SELECT id FROM files')
      .all()
      .map((row) => Number(row['id'])),
  );
  let chunks = 0;
  for (const [file, count] of found) if (!kept.has(file)) chunks += count;
  for (const segment of live) killOrphans(segment, kept, segments);
  for (const sql of leftovers) statements.get(sql).run();
  meta.add('layout', 1);
  meta.add('generation', 1);
  return { files: broken.length, chunks, segments: damaged.length };
}

const leftovers = [
  'DELETE FROM outlines WHERE file NOT IN (SELECT id FROM files)',
  'DELETE FROM texts WHERE block NOT IN (SELECT text_block FROM files)',
  'DELETE FROM text_blocks WHERE id NOT IN (SELECT text_block FROM files)',
  'UPDATE text_blocks SET live = (SELECT coalesce(sum(text_length), 0) FROM files WHERE text_block = text_blocks.id)',
  "UPDATE meta SET value = (SELECT count(*) FROM files) WHERE key = 'documents'",
  "UPDATE meta SET value = (SELECT coalesce(sum(chunk_count), 0) FROM files) WHERE key = 'chunks'",
  "UPDATE meta SET value = max(value, (SELECT coalesce(max(id), 0) + 1 FROM files)) WHERE key = 'next_file'",
] as const;

/** @returns what `look` says, and false when it meets damage */
function isSound(look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Living documents of each file. */
function countLiving(live: readonly LiveSegment[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const { segment, tombstones } of live) {
    const { files, count } = segment.documents;
    for (let document = 0; document < count; document++) {
      if (tombstones?.has(document) === true) continue;
      const file = files[document] as number;
      found.set(file, (found.get(file) ?? 0) + 1);
    }
  }
  return found;
}

/** Paths of files that an answer could not show whole. */
function brokenFiles({ statements, view }: StoreParts, found: ReadonlyMap<number, number>): string[] {
  const rows = statements.get('SELECT id, path, chunk_count, folder IN (SELECT id FROM folders) AS has_folder FROM files').all();
  const isWhole = (file: number, chunks: number): boolean => {
    const last = chunks === 0 ? undefined : view.chunkAt(file, chunks - 1);
    const hasChunks = view.chunkAt(file, chunks) === undefined && (chunks === 0 || last !== undefined);
    return hasChunks && view.text(file).length >= (last?.endOffset ?? 0);
  };
  return rows.flatMap((row) => {
    const [file, chunks] = [Number(row['id']), Number(row['chunk_count'])];
    const isFine = row['has_folder'] === 1 && (found.get(file) ?? 0) === chunks && isSound(() => isWhole(file, chunks));
    return isFine ? [] : [String(row['path'])];
  });
}

function killOrphans({ segment, tombstones }: LiveSegment, kept: ReadonlySet<number>, segments: SegmentWriter): void {
  const { files, count } = segment.documents;
  const dead = tombstones?.copy() ?? new DocumentSet(count);
  for (let document = 0; document < count; document++) if (!kept.has(files[document] as number)) dead.add(document);
  if (dead.count !== (tombstones?.count ?? 0)) segments.bury(segment.id, dead);
}
