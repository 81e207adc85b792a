import type { DocumentFormat } from './document-format.ts';
import { markdown } from './markdown.ts';
import { asciidoc, manual, org, tex, typst, wiki } from './marked-headings.ts';
import { plainText } from './plain-text.ts';
import { restructuredText } from './restructured-text.ts';

/** By the ids of `languages/`; what extraction makes of PDF, Word documents and notebooks is Markdown. */
const byLanguage: Readonly<Record<string, DocumentFormat>> = {
  markdown,
  mdx: markdown,
  notebook: markdown,
  pdf: markdown,
  docx: markdown,
  html: markdown,
  rst: restructuredText,
  asciidoc,
  org,
  textile: wiki,
  tex,
  typst,
  man: manual,
  text: plainText,
};

/** The format of a documentation language, or `undefined`. */
export function documentFormatOf(language: string): DocumentFormat | undefined {
  return Object.hasOwn(byLanguage, language) ? byLanguage[language] : undefined;
}
