export { type WaitOptions, waitUntil } from './wait-until.ts';
