import { safeParse } from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { readBounded, type ReadOptions } from '../files/index.ts';

/** What a reader found at a record's place (docs/design/locks.md#reading-records). */
export type RecordState<T> =
  | { state: 'ok'; value: T }
  | { state: 'missing' }
  /** @property reason what is wrong, never with the content: it may hold a token */
  | { state: 'corrupt'; reason: string }
  | { state: 'unsupported_version'; version: number };

export interface ReadRecordOptions extends ReadOptions {
  /** The highest `schema_version` that `schema` understands. Default 1. */
  knownVersion?: number;
}

const MAX_REASONS = 3;

/**
 * Reads a JSON record. Whatever stands at the path — half a file, binary data, a directory, a FIFO, a record of a
 * later version — is an answer, never an exception.
 *
 * @throws AgentBrainError FILE_UNREADABLE only: a file is there and the system refuses to read it
 */
export async function readRecord<T>(file: string, schema: $ZodType<T>, options: ReadRecordOptions = {}): Promise<RecordState<T>> {
  const read = await readBounded(file, options);
  if (read.state === 'missing') return read;
  if (read.state === 'refused') return { state: 'corrupt', reason: read.reason };
  return parseRecord(read.text, schema, options.knownVersion);
}

/** {@link readRecord} for a text that is already in memory. */
export function parseRecord<T>(text: string, schema: $ZodType<T>, knownVersion = 1): RecordState<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text around the error.
    return { state: 'corrupt', reason: text.trim() === '' ? 'it is empty' : 'it is not valid JSON' };
  }
  const version = versionOf(json);
  if (version !== undefined && version > knownVersion) return { state: 'unsupported_version', version };
  const parsed = safeParse(schema, json);
  if (parsed.success) return { state: 'ok', value: parsed.data };
  const reasons = parsed.error.issues.slice(0, MAX_REASONS).map(({ path, message }) => `${pointer(path)}: ${message}`);
  return { state: 'corrupt', reason: reasons.join('; ') };
}

function versionOf(json: unknown): number | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const version = (json as { schema_version?: unknown }).schema_version;
  return Number.isSafeInteger(version) ? (version as number) : undefined;
}

/** JSON pointer, RFC 6901. */
const pointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') || '(document)';
