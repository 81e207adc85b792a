export { commandTable } from './command-table.ts';
