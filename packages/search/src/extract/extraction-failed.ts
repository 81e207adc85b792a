/** A document that cannot be turned into text: damaged, encrypted, or over a limit. Becomes the skip `extraction_failed`. */
export class ExtractionFailed extends Error {
  override readonly name = 'ExtractionFailed';
}

/** Longest text taken out of one document, in UTF-16 code units. More is a bomb, or nothing one would read. */
export const maxExtractedChars = 8_000_000;
