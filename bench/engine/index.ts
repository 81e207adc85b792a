export { makeQuestions } from './questions.ts';
export { type EngineWishes, engineBench } from './engine-bench.ts';
