import { setImmediate as nextTurn } from 'node:timers/promises';
import { ExtractionFailed, maxExtractedChars } from './extraction-failed.ts';
import { checkPdfStreams } from './pdf-limits.ts';

/** Pages of one document that are read; a longer one fails. */
const maxPages = 5_000;

export interface PdfOptions {
  /** Looked at between pages, in milliseconds. A page that hangs is for the caller's thread to be ended. */
  readonly timeoutMs: number;
}

/**
 * Text of a PDF, lines as they are set, pages apart by an empty line. The reader (1.7 MB) is loaded with
 * the first document; it runs neither scripts of the document nor compiled fonts.
 * @throws ExtractionFailed when the document is damaged, encrypted, or over a limit
 */
export async function pdfText(bytes: Buffer, options: PdfOptions): Promise<string> {
  const deadline = performance.now() + options.timeoutMs;
  checkPdfStreams(bytes);
  const stray = catchStrayRejections();
  try {
    return await readPages(bytes, options, deadline);
  } finally {
    await stray.release();
  }
}

/**
 * Puts words together that a hyphen divides at the end of a line, on the first of the two; a word that has a hyphen before
 * (`state-of-the-art`) keeps the one at the end. Others lose theirs (`well-known` becomes `wellknown`): nothing tells them apart.
 */
const joinHyphenated = (text: string): string =>
  text
    .replaceAll(
      /([\p{L}\p{N}-]*\p{L})[-\u2010\u00ad]\n(\p{Ll}[\p{L}\p{N}]*[^\s\p{L}\p{N}]*)[ \t]?/gu,
      (_all, head: string, tail: string) => `${head}${head.includes('-') ? '-' : ''}${tail}\n`,
    )
    .replaceAll('\u00ad', '');

/**
 * Of a damaged document the reader leaves promises behind that are rejected and that nobody can handle;
 * they would end the thread. While a document is read, and for two turns afterwards, they are caught.
 */
function catchStrayRejections(): { release(): Promise<void> } {
  const ignore = (): void => undefined;
  process.on('unhandledRejection', ignore);
  return {
    async release() {
      await nextTurn();
      await nextTurn();
      process.off('unhandledRejection', ignore);
    },
  };
}

async function readPages(bytes: Buffer, options: PdfOptions, deadline: number): Promise<string> {
  const { getDocumentProxy } = await import('unpdf');
  // The reader takes its input's memory for itself.
  const copy = new Uint8Array(bytes);
  let document: Awaited<ReturnType<typeof getDocumentProxy>>;
  try {
    document = await getDocumentProxy(copy, {
      verbosity: 0,
      disableFontFace: true,
      useSystemFonts: false,
      stopAtErrors: false,
      maxImageSize: 0,
    });
  } catch (error) {
    throw new ExtractionFailed('the PDF is damaged or encrypted', { cause: error });
  }
  try {
    if (document.numPages > maxPages) throw new ExtractionFailed(`the PDF has ${document.numPages} pages, more than ${maxPages}`);
    const pages: string[] = [];
    let length = 0;
    for (let number = 1; number <= document.numPages; number += 1) {
      if (performance.now() > deadline) throw new ExtractionFailed(`the PDF took more than ${options.timeoutMs} ms`);
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const text = items
        .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
        .join('')
        .trim();
      page.cleanup();
      length += text.length;
      if (length > maxExtractedChars) throw new ExtractionFailed(`the PDF has more than ${maxExtractedChars} characters`);
      if (text !== '') pages.push(joinHyphenated(text));
    }
    return pages.join('\n\n');
  } catch (error) {
    throw error instanceof ExtractionFailed ? error : new ExtractionFailed('a page of the PDF is damaged', { cause: error });
  } finally {
    await document.loadingTask.destroy();
  }
}
