import { isUtf8 } from 'node:buffer';
import { type Job, jobSchema } from '@agent-brain/contract/jobs';

export interface BadLine {
  /** 1-based. */
  readonly line: number;
  readonly reason: string;
  readonly bytes: Buffer;
}

/** What a journal says. */
export interface JournalContent {
  /** The last intact state of each job, in the order in which the jobs were first named. */
  readonly jobs: Job[];
  /** For each of them the number of its last intact line. */
  readonly lastLine: ReadonlyMap<string, number>;
  readonly bad: BadLine[];
  /** Lines that are not empty. */
  readonly lines: number;
  /** There were so many lines, or so many bad ones, that the rest was not read: nobody of us has written that. */
  readonly isCutShort: boolean;
}

/** A store that works writes no bad line but the last; reading and naming more than this is work for an attacker. */
const MAX_BAD_LINES = 1_000;
/** So many states of one job may be damaged before the one that counts. */
const MAX_BAD_STATES = 20;
/** Ten thousand jobs have at most four lines each when the file is compacted. */
const MAX_LINES = 200_000;

interface ReadLine {
  readonly line: number;
  readonly id: string;
  readonly record: unknown;
  readonly bytes: Buffer;
}

/**
 * Reads as many lines as are intact: the last one of a job counts, and a line that is not intact hides
 * no other (docs/design/jobs.md#store). Never throws.
 */
export function readJournal(bytes: Buffer): JournalContent {
  const bad: BadLine[] = [];
  const read: ReadLine[] = [];
  let lines = 0;
  let isCutShort = false;
  for (const { line, slice } of splitLines(bytes)) {
    isCutShort = bad.length >= MAX_BAD_LINES || lines >= MAX_LINES;
    if (isCutShort) break;
    lines += 1;
    const parsed = parseLine(slice);
    if (typeof parsed === 'string') bad.push({ line, reason: parsed, bytes: slice });
    else read.push({ line, bytes: slice, ...parsed });
  }
  const latest = latestStates(read, bad);
  const order = new Set(read.map(({ id }) => id).filter((id) => latest.has(id)));
  return {
    jobs: [...order].map((id) => (latest.get(id) as { job: Job }).job),
    lastLine: new Map([...latest].map(([id, { line }]) => [id, line])),
    bad: bad.sort((a, b) => a.line - b.line),
    lines,
    isCutShort: isCutShort || bad.length >= MAX_BAD_LINES || lines >= MAX_LINES,
  };
}

/** Backwards, so that only the line that counts pays for the schema, and a damaged one falls back to the one before it. */
function latestStates(read: readonly ReadLine[], bad: BadLine[]): Map<string, { job: Job; line: number }> {
  const latest = new Map<string, { job: Job; line: number }>();
  const failed = new Map<string, number>();
  let judged = 0;
  for (const { line, id, record, bytes } of read.toReversed()) {
    if (latest.has(id)) continue;
    const failures = failed.get(id) ?? 0;
    if (failures >= MAX_BAD_STATES) continue;
    if (judged >= MAX_BAD_LINES) break;
    const result = jobSchema.safeParse(record);
    if (result.success) latest.set(id, { job: result.data, line });
    else {
      judged += 1;
      failed.set(id, failures + 1);
      bad.push({ line, reason: describeIssue(result.error.issues[0]), bytes });
    }
  }
  return latest;
}

function parseLine(slice: Buffer): { id: string; record: unknown } | string {
  if (!isUtf8(slice)) return 'it is not UTF-8 text';
  let record: unknown;
  try {
    record = JSON.parse(slice.toString('utf8'));
  } catch {
    return slice.at(-1) === CLOSING_BRACE ? 'it is not JSON' : 'it is cut off';
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'it is not a JSON object';
  const { id, schema_version: version } = record as { id?: unknown; schema_version?: unknown };
  if (typeof version === 'number' && version > 1) return `its schema_version is ${version}, newer than this program`;
  return typeof id === 'string' ? { id, record } : 'it has no id';
}

const describeIssue = (issue: { path: PropertyKey[]; message: string } | undefined): string =>
  issue === undefined ? 'it is no job record' : `/${issue.path.map(String).join('/')}: ${issue.message}`;

/** Empty lines are left out: a writer that could not cut off a torn line begins a new one. */
function* splitLines(bytes: Buffer): Generator<{ line: number; slice: Buffer }> {
  for (let start = 0, line = 1; start < bytes.length; line += 1) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    if (end > start) yield { line, slice: bytes.subarray(start, end) };
    start = end + 1;
  }
}

const LINE_FEED = 0x0a;
const CLOSING_BRACE = 0x7d;
