export { type IndexStatus, statusSchema, type Status } from './status.ts';
