export { docxOf, pdfOf, pdfOfObjects, zipOf } from './documents.ts';
export { hostileDocuments } from './hostile-documents.ts';
