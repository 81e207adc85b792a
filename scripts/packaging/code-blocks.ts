import { readFileSync } from 'node:fs';

/** The code blocks of one language on a page, in order: what a reader would copy. */
export const codeBlocks = (page: string, language: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code ?? '');
