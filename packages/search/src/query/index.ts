export { answerChunk, answerQuery, type AnswerContext } from './answer-query.ts';
export { shareBudget } from './cut-text.ts';
export { trimResult } from './present.ts';
export { planQuery, type QueryPlan } from './query-plan.ts';
