export { type LeftProcess, leftProcesses, suiteMarker } from './left-processes.ts';
