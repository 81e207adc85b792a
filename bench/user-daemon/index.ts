export { daemonBench } from './daemon-bench.ts';
