import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withRealProcesses } from './real-processes.ts';

/** Milliseconds that each test file took, by its path. */
export type FileTimes = Readonly<Record<string, number>>;

const timesFile = 'node_modules/.cache/test-times.json';

/** Of a file that has not run on this machine yet, with its start; measured on two quiet processors. */
const UNKNOWN_MS = { withProcesses: 7_000, unit: 1_500 };

export const assumedMs = (times: FileTimes, file: string): number =>
  times[file] ?? (withRealProcesses(file) ? UNKNOWN_MS.withProcesses : UNKNOWN_MS.unit);

/** How long the files will take, run `workers` at once. */
export const expectedMs = (times: FileTimes, files: readonly string[], workers: number): number =>
  files.reduce((sum, file) => sum + assumedMs(times, file), 0) / workers;

/** The times of earlier runs; none when there was none, or they cannot be read. */
export function readTimes(root: string): FileTimes {
  try {
    return JSON.parse(readFileSync(path.join(root, timesFile), 'utf8')) as FileTimes;
  } catch {
    return {};
  }
}

export function keepTimes(root: string, known: FileTimes, measured: FileTimes): void {
  const file = path.join(root, timesFile);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...known, ...measured }));
}

/** `0:07`, `12:30`. */
export function clockTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
