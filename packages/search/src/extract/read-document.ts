import type { SourceType } from '@agent-brain/contract/query';
import { decodeAnyText, type FileBytes, readBytes, type ReadOptions, type SkippedFile } from '../decode/index.ts';
import { dataHeadBytes, isDataLanguage, languageOf, maxBytesOf, sourceTypeOf } from '../languages/index.ts';
import { isPrivateKey, reasonByContent } from './content-rules.ts';
import { dataHead } from './data-head.ts';
import { docxText } from './docx-text.ts';
import { ExtractionFailed } from './extraction-failed.ts';
import { hasCode, htmlText, isTemplate } from './html-text.ts';
import { pdfText } from './pdf-text.ts';

/** What {@link readDocument} needs of a file candidate. */
export interface DocumentSource {
  /** Relative to the project root, `/` separators. */
  readonly path: string;
  readonly absolutePath: string;
  /** Id of the languages table, where the path tells. */
  readonly language: string;
  /** Somebody asked for this file by its name: no guess about its content holds, except for secrets and binaries. */
  readonly isNamed?: boolean | undefined;
}

export interface ReadDocumentOptions extends Omit<ReadOptions, 'maxBytes' | 'headBytes'> {
  /** `max_file_bytes` of the configuration, see `maxBytesOf`. */
  readonly maxFileBytes: number;
  /** Time for a PDF, in milliseconds; default 15,000. */
  readonly timeoutMs?: number;
}

/** A file as it is indexed. Results show lines of `text`. */
export interface SourceDocument {
  readonly text: string;
  /** For filters and for show. */
  readonly language: string;
  readonly sourceType: SourceType;
  /** Language whose rules cut the text into chunks: `markdown` for what was extracted. */
  readonly chunkAs: string;
  /** SHA-256 of the file's bytes, lower-case hex. */
  readonly hash: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/**
 * Reads a file and gives its text: decoded, or extracted from PDF, Word documents, notebooks and HTML.
 * Never rejects for what a file holds; a damaged one is a skip. Blocks its thread while it works, and a
 * hostile PDF may hang: run it where that can be ended.
 */
export async function readDocument(source: DocumentSource, options: ReadDocumentOptions): Promise<SourceDocument | SkippedFile> {
  const file = readBytes(source.absolutePath, readOptionsOf(source, options));
  if ('skip' in file) return file;
  if (file.bytes.length === 0) return { skip: 'empty' };
  const language = languageOf(source.path, file.bytes);
  if (language === null) return { skip: 'binary' };
  const extracted = await textOf(file.bytes, { ...source, language }, options);
  if ('skip' in extracted) return extracted;
  return { ...extracted, language, sourceType: sourceTypeOf(source.path, language), ...factsOf(file) };
}

/** How much of a file is read. */
export const readOptionsOf = ({ language, isNamed }: DocumentSource, { maxFileBytes, ...options }: ReadDocumentOptions): ReadOptions => ({
  ...options,
  maxBytes: maxBytesOf(language, maxFileBytes, isNamed),
  headBytes: isDataLanguage(language) && isNamed !== true ? dataHeadBytes : undefined,
});

const factsOf = ({ hash, sizeBytes, mtimeMs, ctimeMs }: FileBytes): Pick<FileBytes, 'hash' | 'sizeBytes' | 'mtimeMs' | 'ctimeMs'> => ({
  hash,
  sizeBytes,
  mtimeMs,
  ctimeMs,
});

type Extracted = Pick<SourceDocument, 'text' | 'chunkAs'> | SkippedFile;

async function textOf(bytes: Buffer, source: DocumentSource, options: ReadDocumentOptions): Promise<Extracted> {
  const { language } = source;
  try {
    if (language === 'pdf') return unlessEmpty(await pdfText(bytes, { timeoutMs: options.timeoutMs ?? 15_000 }), 'text');
    if (language === 'docx') return unlessEmpty(docxText(bytes), 'markdown');
    const decoded = await decodeAnyText(bytes);
    if ('skip' in decoded) return decoded;
    return await textIn(decoded.text, source, options);
  } catch (error) {
    if (error instanceof ExtractionFailed) return { skip: 'extraction_failed' };
    throw error;
  }
}

async function textIn(
  text: string,
  { path, language, isNamed }: DocumentSource,
  { maxFileBytes }: ReadDocumentOptions,
): Promise<Extracted> {
  if (isNamed === true) {
    if (isPrivateKey(text)) return { skip: 'secret' };
  } else {
    const reason = reasonByContent(text, language, path);
    if (reason !== null) return { skip: reason };
  }
  if (language === 'notebook') {
    // What checks its form is the larger part of the program of a thread that reads files, and most read none.
    const { notebookText } = await import('./notebook-text.ts');
    const cells = notebookText(text);
    return cells.length > maxFileBytes && isNamed !== true ? { skip: 'too_large' } : unlessEmpty(cells, 'markdown');
  }
  if (isDataLanguage(language) && isNamed !== true) return unlessEmpty(dataHead(text), language === 'svg' ? 'xml' : 'text');
  if (language === 'html' && !isTemplate(text)) return unlessEmpty(htmlText(text), hasCode(text) ? 'html' : 'markdown');
  return unlessEmpty(text, language);
}

const unlessEmpty = (text: string, chunkAs: string): Extracted => (text.trim() === '' ? { skip: 'empty' } : { text, chunkAs });
