/** Identifies boundary rules, symbols and definitions. Changing any of them changes this, and indexed files are chunked again. */
export const CHUNKER_VERSION = 'rules-3';
