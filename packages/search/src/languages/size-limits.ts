import { languageById } from './language-of.ts';

/** Source code may be so many times as large as data: what was written by hand is worth more than what a program wrote. */
const codeFactor = 4;
/** Notebooks are measured without their outputs, which are only known when they are read. */
const notebookFactor = 32;
/** A file that was asked for by its name. */
const namedFactor = 16;

/**
 * Size up to which a file is read, in bytes; of data the head alone is, whatever the size.
 * @param maxFileBytes `max_file_bytes` of the configuration, which holds for documents, settings and extracted text as it is
 */
export function maxBytesOf(language: string, maxFileBytes: number, isNamed = false): number {
  const { kind } = languageById(language) ?? { kind: 'doc' };
  const factor = language === 'notebook' ? notebookFactor : kind === 'code' ? codeFactor : 1;
  if (kind === 'data' && !isNamed) return Number.MAX_SAFE_INTEGER;
  return maxFileBytes * Math.max(factor, isNamed ? namedFactor : 1);
}

/** Bytes of a data file that are read. */
export const dataHeadBytes = 256 * 1024;

/** Whether only the head of a file in this language is read. */
export const isDataLanguage = (language: string): boolean => languageById(language)?.kind === 'data';
