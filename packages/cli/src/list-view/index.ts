export { renderList } from './render-list.ts';
