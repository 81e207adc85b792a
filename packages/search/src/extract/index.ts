export { needsProcess } from './needs-process.ts';
export { type DocumentSource, readDocument, type ReadDocumentOptions, readOptionsOf, type SourceDocument } from './read-document.ts';
