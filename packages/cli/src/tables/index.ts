export { renderTable } from './render-table.ts';
