/** Larger notebooks are parsed as a whole, with pictures in them, in bytes. */
const maxThreadNotebookBytes = 1_000_000;

/**
 * Whether a file is to be read in a process that can be ended: its size says nothing about the time and memory that
 * reading it takes.
 */
export const needsProcess = ({ language, sizeBytes }: { readonly language: string; readonly sizeBytes: number }): boolean =>
  language === 'pdf' || language === 'docx' || (language === 'notebook' && sizeBytes > maxThreadNotebookBytes);
