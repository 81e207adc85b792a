export { type EarlierAnswer, earlierAnswer } from './earlier-answer.ts';
export { type EarlierRequest, translateRequest } from './earlier-request.ts';
