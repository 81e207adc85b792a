import { AgentBrainError } from '@agent-brain/contract/errors';
import { type IndexedFolder, type IndexRequest, indexRequestSchema } from '@agent-brain/contract/jobs';
import type { SourceType } from '@agent-brain/contract/query';
import { countMatches, type LiveSegment, TermLists } from '../postings/index.ts';
import { FileAttributes } from './file-attributes.ts';
import { chunkRowOf, type FileOutline, FileOutlines } from './file-outlines.ts';
import { pathsBeneath } from './file-states.ts';
import { findMatches, type MatchContext } from './find-matches.ts';
import type {
  AnswerState,
  ChunkFilter,
  ChunkMatch,
  ChunkRow,
  FolderRequest,
  IndexView,
  SelectableFile,
  SkipSummary,
  StoreInfo,
  TermFrequencies,
  TermQuery,
} from './index-store.ts';
import type { MetaTable } from './meta-table.ts';
import type { SegmentSet } from './segment-set.ts';
import { readSkipSummaries, sumSkips } from './skip-table.ts';
import { sliceUtf8 } from './slice-utf8.ts';
import type { Statements } from './statements.ts';
import { isDamage } from './store-error.ts';
import { storeBytes } from './store-file.ts';
import type { TextBlocks } from './text-blocks.ts';

interface ViewParts {
  statements: Statements;
  meta: MetaTable;
  segments: SegmentSet;
  texts: TextBlocks;
}

/** Reads inside the transaction its owner has begun. */
export class SqliteView implements IndexView {
  readonly #file: string;
  readonly #statements: Statements;
  readonly #meta: MetaTable;
  readonly #segments: SegmentSet;
  readonly #texts: TextBlocks;
  readonly #outlines: FileOutlines;
  readonly #attributes: FileAttributes;
  /** Segments that were found damaged. */
  readonly #leftOut = new Set<number>();
  readonly #damage = new Set<string>();
  #lists: TermLists | null = null;

  constructor(file: string, { statements, meta, segments, texts }: ViewParts) {
    this.#file = file;
    this.#statements = statements;
    this.#meta = meta;
    this.#segments = segments;
    this.#texts = texts;
    this.#outlines = new FileOutlines(statements);
    this.#attributes = new FileAttributes(statements);
  }

  info(): StoreInfo {
    const meta = new Map<string, unknown>();
    for (const { key, value } of this.#statements.get('SELECT key, value FROM meta').all()) meta.set(String(key), value);
    return {
      generation: Number(meta.get('generation')),
      documents: Number(meta.get('documents')),
      chunks: Number(meta.get('chunks')),
      bytes: storeBytes(this.#file),
      lastIndexedAt: (meta.get('last_indexed_at') as string | null) ?? null,
      recipes: this.#recipes(),
      skipped: sumSkips(this.skipSummaries()),
    };
  }

  skipSummaries(): SkipSummary[] {
    return readSkipSummaries(this.#statements);
  }

  state(): AnswerState {
    return { generation: this.#meta.get('generation'), documents: this.#meta.get('documents'), recipes: this.#recipes() };
  }

  #recipes(): string[] {
    const rows = this.#statements.get('SELECT recipe FROM recipes ORDER BY id').all();
    return rows.map((row) => String(row['recipe']));
  }

  folders(): IndexedFolder[] {
    const sql = `SELECT o.path AS folder_path, count(f.id) AS documents, coalesce(sum(f.chunk_count), 0) AS chunks, o.last_indexed_at
      FROM folders o LEFT JOIN files f ON f.folder = o.id GROUP BY o.id ORDER BY o.path`;
    return this.#statements
      .get(sql)
      .all()
      .map((row) => ({ ...(row as unknown as IndexedFolder) }));
  }

  folderRequests(): FolderRequest[] {
    return this.#statements
      .get('SELECT path, request FROM folders ORDER BY path')
      .all()
      .map((row) => ({ folderPath: String(row['path']), request: parseRequest(row['request'] as string | null) }));
  }

  filesBeneath(prefix: string): SelectableFile[] {
    const { condition, values } = pathsBeneath(prefix);
    const rows = this.#statements.get(`SELECT path, language, source_type FROM files ${condition}`).all(...values);
    return rows.map((row) => ({
      path: String(row['path']),
      language: String(row['language']),
      sourceType: row['source_type'] as SourceType,
    }));
  }

  termFrequencies(terms: readonly string[]): TermFrequencies {
    const lists = this.#currentLists();
    const everywhere = { body: true, path: true, symbol: true };
    const countOf = (term: string): number => this.#unlessDamaged(() => countMatches(lists, term, everywhere)) ?? 0;
    return { chunks: this.#meta.get('chunks'), matches: terms.map(countOf) };
  }

  /** What is damaged is left out, and named by {@link damage}. @throws INDEX_CORRUPT when nothing can be answered */
  match(query: TermQuery): ChunkMatch[] {
    const context = this.#matchContext(query);
    for (;;) {
      const lists = this.#currentLists();
      try {
        return findMatches(lists, query, context);
      } catch (error) {
        if (!isDamage(error) || !this.#leaveOutDamaged(lists, query, context, error as Error)) throw error;
      }
    }
  }

  #matchContext({ filter }: TermQuery): MatchContext {
    return {
      passes: this.#passes(filter),
      attributesOf: (files) => {
        const attributesOf = this.#attributes.of(files);
        return (file) => attributesOf(file) ?? this.#noteDamage(`file ${file} is missing`);
      },
      definitionsOf: (rows) => this.#unlessDamaged(() => this.#outlines.definitions(rows)) ?? new Map<number, readonly string[]>(),
      textOf: (file, row) =>
        this.#unlessDamaged(() => {
          const { startOffset, endOffset } = this.chunkOf({ file, row });
          return this.text(file, startOffset, endOffset);
        }),
    };
  }

  /** The segments that fail the query by themselves are left out from now on. @returns whether there are any */
  #leaveOutDamaged({ segments }: TermLists, query: TermQuery, context: MatchContext, error: Error): boolean {
    const answers = (segment: LiveSegment): boolean =>
      this.#unlessDamaged(() => findMatches(new TermLists([segment]), query, context)) !== undefined;
    const damaged = segments.filter((segment) => !answers(segment));
    for (const { segment } of damaged) this.#leftOut.add(segment.id);
    this.#noteDamage(error.message);
    this.#lists = null;
    return damaged.length > 0;
  }

  damage(): readonly string[] {
    return [...this.#damage];
  }

  #noteDamage(reason: string): undefined {
    this.#damage.add(reason);
  }

  #unlessDamaged<Result>(read: () => Result): Result | undefined {
    try {
      return read();
    } catch (error) {
      if (!isDamage(error)) throw error;
      return this.#noteDamage((error as Error).message);
    }
  }

  chunk(chunkId: string): ChunkRow | undefined {
    const kept = this.#outlines.keptWith(chunkId);
    return kept === undefined ? this.#findChunk(chunkId) : chunkIn(kept, chunkId);
  }

  /** Ids are hashes, so that looking through all outlines finds one; an index over them would cost every commit a page per chunk. */
  #findChunk(chunkId: string): ChunkRow | undefined {
    // `Buffer.from` reads as far as there is hex, in either case.
    const bytes = Buffer.from(chunkId, 'hex');
    if (bytes.length === 0 || bytes.toString('hex') !== chunkId) return undefined;
    for (const row of this.#statements.get('SELECT file FROM outlines WHERE instr(chunks, ?) > 0').all(bytes)) {
      const outline = this.#outlines.get(Number(row['file']));
      const found = outline === undefined ? undefined : chunkIn(outline, chunkId);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  chunkOf({ file, row }: Pick<ChunkMatch, 'file' | 'row'>): ChunkRow {
    const outline = this.#outlines.get(file);
    const chunk = outline === undefined ? undefined : chunkRowOf(outline, row - outline.firstRow);
    if (chunk === undefined) throw this.#damaged(`chunk ${row} of file ${file} is missing`);
    return chunk;
  }

  chunkAt(file: number, ordinal: number): ChunkRow | undefined {
    const outline = this.#outlines.get(file);
    return outline === undefined ? undefined : chunkRowOf(outline, ordinal);
  }

  text(file: number, start = 0, end = Number.POSITIVE_INFINITY): string {
    const place = this.#outlines.textPlace(file);
    return place === undefined ? '' : sliceUtf8(this.#texts.read(place), start, end);
  }

  #passes(filter: ChunkFilter | undefined): ((file: number) => boolean) | null {
    if (filter?.path === undefined && filter?.languages === undefined && filter?.sourceTypes === undefined) return null;
    return this.#attributes.test(filter, this.#meta.get('documents'));
  }

  /** Lets go of what was for one snapshot only. */
  endSnapshot(): void {
    this.#lists = null;
    this.#damage.clear();
  }

  #currentLists(): TermLists {
    if (this.#lists !== null) return this.#lists;
    const segments = this.#segments.current((_id, error) => this.#noteDamage(error.message));
    if (this.#leftOut.size > 0) this.#noteDamage('a part of it cannot be read');
    return (this.#lists = new TermLists(segments.filter(({ segment }) => !this.#leftOut.has(segment.id))));
  }

  #damaged(reason: string): AgentBrainError {
    return new AgentBrainError('INDEX_CORRUPT', `The index ${this.#file} is damaged — ${reason}`);
  }
}

function chunkIn(outline: FileOutline, chunkId: string): ChunkRow | undefined {
  const ordinal = outline.chunks.findIndex((chunk) => chunk.chunkId === chunkId);
  return ordinal < 0 ? undefined : chunkRowOf(outline, ordinal);
}

/** What does not hold a request as this version knows it is none. */
function parseRequest(stored: string | null): IndexRequest | null {
  if (stored === null) return null;
  try {
    return indexRequestSchema.safeParse(JSON.parse(stored)).data ?? null;
  } catch {
    return null;
  }
}
