export { type Cut, cutText } from './cut-text.ts';
export { fenced } from './fence.ts';
export { fitList } from './fit-list.ts';
export { fitSearch } from './fit-search.ts';
export { renderSearch } from './render-search.ts';
