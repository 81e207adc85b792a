export { type DocumentFormat, type Heading, type LineReader, lineText } from './document-format.ts';
export { documentFormatOf } from './format-by-language.ts';
export { htmlHeading, markdownHeading } from './markdown.ts';
export { type TreeFormat, treeFormatOf } from './tree-formats.ts';
