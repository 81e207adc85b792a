export { parseRecord, readRecord, type ReadRecordOptions, type RecordState } from './read-record.ts';
export { removeRecord, writeRecord } from './write-record.ts';
