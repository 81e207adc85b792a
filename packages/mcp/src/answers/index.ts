export { type Cut, cutText, jsonLength } from './cut-text.ts';
export { fitList } from './fit-list.ts';
export { fitSearch } from './fit-search.ts';
export { renderSearch } from './render-search.ts';
