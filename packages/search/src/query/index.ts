export { answerChunk, answerQuery, type AnswerContext } from './answer-query.ts';
export { planQuery, type QueryPlan } from './query-plan.ts';
