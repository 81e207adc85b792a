export { outStart } from './out';
export { addChunk, beginFile, endFile } from './postings';
export { addTerm, termRoom, textRoom } from './words';
