export { daemonRecordOf, healthOf, nobody, type PlayedProcess, pointerTo, projectRecordOf } from './instance-records.ts';
