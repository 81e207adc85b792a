export { problemSchema } from './problem-schema.ts';
