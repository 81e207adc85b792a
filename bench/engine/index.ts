export { type EngineWishes, engineBench } from './engine-bench.ts';
