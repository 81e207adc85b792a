import type { SourceType } from '@agent-brain/contract/query';
import { decodeText, type FileBytes, readBytes, type ReadOptions, type SkippedFile } from '../decode/index.ts';
import { languageOf, sourceTypeOf } from '../languages/index.ts';
import { reasonByContent } from './content-rules.ts';
import { docxText } from './docx-text.ts';
import { ExtractionFailed } from './extraction-failed.ts';
import { htmlText, isTemplate } from './html-text.ts';
import { pdfText } from './pdf-text.ts';

/** What {@link readDocument} needs of a file candidate. */
export interface DocumentSource {
  /** Relative to the project root, `/` separators. */
  readonly path: string;
  readonly absolutePath: string;
}

export interface ReadDocumentOptions extends ReadOptions {
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
  const file = readBytes(source.absolutePath, options);
  if ('skip' in file) return file;
  if (file.bytes.length === 0) return { skip: 'empty' };
  const language = languageOf(source.path, file.bytes);
  if (language === null) return { skip: 'unsupported_language' };
  const extracted = await textOf(file.bytes, language, options.timeoutMs ?? 15_000);
  if ('skip' in extracted) return extracted;
  return { ...extracted, language, sourceType: sourceTypeOf(source.path, language), ...factsOf(file) };
}

const factsOf = ({ hash, sizeBytes, mtimeMs, ctimeMs }: FileBytes): Pick<FileBytes, 'hash' | 'sizeBytes' | 'mtimeMs' | 'ctimeMs'> => ({
  hash,
  sizeBytes,
  mtimeMs,
  ctimeMs,
});

async function textOf(bytes: Buffer, language: string, timeoutMs: number): Promise<Pick<SourceDocument, 'text' | 'chunkAs'> | SkippedFile> {
  try {
    if (language === 'pdf') return unlessEmpty(await pdfText(bytes, { timeoutMs }), 'text');
    if (language === 'docx') return unlessEmpty(docxText(bytes), 'markdown');
    const decoded = decodeText(bytes);
    if ('skip' in decoded) return decoded;
    const reason = reasonByContent(decoded.text, language);
    if (reason !== null) return { skip: reason };
    if (language === 'notebook') {
      // What checks its form is the larger part of the program of a thread that reads files, and most read none.
      const { notebookText } = await import('./notebook-text.ts');
      return unlessEmpty(notebookText(decoded.text), 'markdown');
    }
    if (language === 'html' && !isTemplate(decoded.text)) return unlessEmpty(htmlText(decoded.text), 'markdown');
    return unlessEmpty(decoded.text, language);
  } catch (error) {
    if (error instanceof ExtractionFailed) return { skip: 'extraction_failed' };
    throw error;
  }
}

const unlessEmpty = (text: string, chunkAs: string): Pick<SourceDocument, 'text' | 'chunkAs'> | SkippedFile =>
  text.trim() === '' ? { skip: 'empty' } : { text, chunkAs };
