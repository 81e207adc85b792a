export { type EventWish, streamEvents } from './stream-events.ts';
export { type TableWish, watchTable } from './watch-table.ts';
