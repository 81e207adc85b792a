import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import type { IndexedFolder, IndexRequest } from '@agent-brain/contract/jobs';
import { tokenize } from '../tokenize/index.ts';
import type {
  AnswerState,
  ChunkFilter,
  ChunkIndexed,
  ChunkMatch,
  ChunkRow,
  ColumnWeights,
  FileIndexed,
  FileSkip,
  FolderRequest,
  IndexView,
  SelectableFile,
  SkipSummary,
  StoreInfo,
  TermFrequencies,
  TermQuery,
} from './index-store.ts';
import { byScoreAndPlace } from './find-matches.ts';
import { decodeOutline } from './outline-codec.ts';
import { sumSkips } from './skip-table.ts';

export interface MemoryFile extends FileIndexed {
  id: number;
  folderPath: string;
  content: string;
  documents: readonly Document[];
}

/** A chunk as a naive index has it: its words, column by column. */
interface Document {
  chunk: ChunkIndexed;
  row: number;
  columns: Record<keyof ColumnWeights, string[]>;
  /** Tokens of all columns. */
  length: number;
}

type FoundDocument = Document & { file: MemoryFile };

export interface MemoryFolder {
  lastIndexedAt: string | null;
  request: IndexRequest | null;
  skipped?: SkipSummary;
}

export interface MemoryState {
  generation: number;
  lastIndexedAt: string | null;
  nextRow: number;
  nextFile: number;
  folders: Map<string, MemoryFolder>;
  files: Map<string, MemoryFile>;
  skips: Map<string, FileSkip>;
}

/** The postings that come with a file are left aside: what they say is worked out from the text. */
export function memoryFile(
  file: FileIndexed,
  { id, folderPath, firstRow }: { id: number; folderPath: string; firstRow: number },
): MemoryFile {
  const { block, offset, length } = file.text;
  const content = zlib.zstdDecompressSync(block.zstd).toString('utf8', offset, offset + length);
  const path = tokenize(file.path);
  const documents = decodeOutline(file.outline).map((chunk, index) => {
    const body = tokenize(content.slice(chunk.startOffset, chunk.endOffset));
    const columns = { body, path, symbol: tokenize([chunk.symbol, ...chunk.definitions].join(' ')) };
    return { chunk, row: firstRow + index, columns, length: body.length + path.length + columns.symbol.length };
  });
  return { ...file, id, folderPath, content, documents };
}

export const textBytes = (state: MemoryState): number => [...state.files.values()].reduce((sum, { text }) => sum + text.length, 0);

/** What FTS5 gives to a term that stands in more than half of the rows. */
const SMALLEST_IDF = 1e-6;

/** One state of the memory store, with BM25 as it stands in the books. */
export class MemoryView implements IndexView {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  info(): StoreInfo {
    const files = [...this.#state.files.values()];
    return {
      generation: this.#state.generation,
      documents: files.length,
      chunks: files.reduce((sum, file) => sum + file.chunkCount, 0),
      bytes: textBytes(this.#state),
      lastIndexedAt: this.#state.lastIndexedAt,
      recipes: [...new Set(files.map((file) => file.recipe))],
      skipped: sumSkips(this.skipSummaries()),
    };
  }

  skipSummaries(): SkipSummary[] {
    return [...this.#state.folders.values()].flatMap(({ skipped }) => skipped ?? []);
  }

  state(): AnswerState {
    return this.info();
  }

  folders(): IndexedFolder[] {
    const paths = [...this.#state.folders.keys()].sort();
    return paths.map((folderPath) => {
      const files = [...this.#state.files.values()].filter((file) => file.folderPath === folderPath);
      return {
        folder_path: folderPath,
        documents: files.length,
        chunks: files.reduce((sum, file) => sum + file.chunkCount, 0),
        last_indexed_at: this.#state.folders.get(folderPath)?.lastIndexedAt ?? null,
      };
    });
  }

  folderRequests(): FolderRequest[] {
    const all = [...this.#state.folders].map(([folderPath, { request }]) => ({ folderPath, request }));
    return all.sort((left, right) => (left.folderPath < right.folderPath ? -1 : 1));
  }

  filesBeneath(prefix: string): SelectableFile[] {
    return [...this.#state.files.values()].filter(({ path }) => path.startsWith(prefix));
  }

  termFrequencies(terms: readonly string[]): TermFrequencies {
    const documents = this.#documents();
    const has = (term: string) => documents.filter(({ columns }) => Object.values(columns).some((words) => words.includes(term)));
    return { chunks: documents.length, matches: terms.map((term) => has(term).length) };
  }

  damage(): readonly string[] {
    return [];
  }

  match(query: TermQuery): ChunkMatch[] {
    const { terms, prefixes = [], requires = [], names = [], weights, columns = ['body', 'path', 'symbol'], filter, limit } = query;
    const { k1, b } = query.constants ?? { k1: 1.2, b: 0.75 };
    const all = this.#documents();
    const averageLength = all.reduce((sum, document) => sum + document.length, 0) / all.length;
    const scores = new Map<FoundDocument, number>();
    const weightOf = new Map<string, number>();
    for (const given of [...terms, ...prefixes.flatMap((prefix) => termsWithPrefix(all, prefix))]) {
      const { term, weight } = typeof given === 'string' ? { term: given, weight: 1 } : given;
      if (!weightOf.has(term)) weightOf.set(term, weight);
    }
    for (const [term, weight] of weightOf) {
      const found = all.flatMap((document) => {
        const frequency = weightedFrequency(document, term, weights, columns);
        return frequency === null ? [] : [{ document, frequency }];
      });
      const rarity = Math.log((all.length - found.length + 0.5) / (found.length + 0.5));
      const idf = weight * (rarity <= 0 ? SMALLEST_IDF : rarity);
      for (const { document, frequency } of found) {
        const part = (frequency * (k1 + 1)) / (frequency + k1 * (1 - b + (b * document.length) / averageLength));
        scores.set(document, (scores.get(document) ?? 0) + idf * part);
      }
    }
    const holds = ({ file, chunk }: FoundDocument) =>
      requires.every((required) => required.holds(file.content.slice(chunk.startOffset, chunk.endOffset)));
    return [...scores]
      .filter(([document]) => passes(document.file, filter) && holds(document))
      .map(([document, score]) => toMatch(document, score, names))
      .sort(byScoreAndPlace)
      .slice(0, limit);
  }

  chunk(chunkId: string): ChunkRow | undefined {
    const document = this.#documents().find(({ chunk }) => chunk.chunkId === chunkId);
    return document === undefined ? undefined : toRow(document);
  }

  chunkOf({ row }: Pick<ChunkMatch, 'row'>): ChunkRow {
    const document = this.#documents().find((candidate) => candidate.row === row);
    assert(document !== undefined);
    return toRow(document);
  }

  chunkAt(file: number, ordinal: number): ChunkRow | undefined {
    const document = this.#documents().find((candidate) => candidate.file.id === file && candidate.chunk.ordinal === ordinal);
    return document === undefined ? undefined : toRow(document);
  }

  text(file: number, start?: number, end?: number): string {
    return ([...this.#state.files.values()].find(({ id }) => id === file)?.content ?? '').slice(start, end);
  }

  #documents(): FoundDocument[] {
    return [...this.#state.files.values()].flatMap((file) => file.documents.map((document) => ({ ...document, file })));
  }
}

const PREFIX_TERMS = 32;

function termsWithPrefix(documents: readonly Document[], prefix: string): string[] {
  const counts = new Map<string, number>();
  for (const { columns } of documents) {
    for (const term of new Set(Object.values(columns).flat())) if (term.startsWith(prefix)) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return [...counts]
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1))
    .slice(0, PREFIX_TERMS)
    .map(([term]) => term);
}

function weightedFrequency(
  document: Document,
  term: string,
  weights: ColumnWeights,
  columns: readonly (keyof ColumnWeights)[],
): number | null {
  let found = false;
  let frequency = 0;
  for (const column of columns) {
    for (const word of document.columns[column]) {
      if (word !== term) continue;
      found = true;
      frequency += weights[column];
    }
  }
  return found ? frequency : null;
}

const passes = (file: MemoryFile, filter: ChunkFilter | undefined): boolean =>
  (filter?.path?.(file.path) ?? true) &&
  (filter?.languages?.includes(file.language) ?? true) &&
  (filter?.sourceTypes?.includes(file.sourceType) ?? true);

const toRow = ({ file: { id, path, language, sourceType }, chunk, row }: FoundDocument): ChunkRow => ({
  ...chunk,
  row,
  file: id,
  path,
  language,
  sourceType,
});

function toMatch(
  { file: { id, path, language, sourceType }, chunk, row }: FoundDocument,
  score: number,
  names: readonly string[],
): ChunkMatch {
  const wanted = names.map((name) => name.toLowerCase());
  const definitions = chunk.definitions.filter((name) => wanted.includes(name.toLowerCase()));
  return { row, file: id, path, language, sourceType, definitions, score };
}
