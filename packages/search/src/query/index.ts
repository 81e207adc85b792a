export { answerChunk, answerQuery, type AnswerContext } from './answer-query.ts';
export { shareBudget, trimSpan } from './cut-text.ts';
export { planQuery, type QueryPlan } from './query-plan.ts';
