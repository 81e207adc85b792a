import { isDeepStrictEqual } from 'node:util';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { readJson, setInJson } from './json-document.ts';
import { readToml, setInToml } from './toml-document.ts';

export type DocumentFormat = 'json' | 'toml';

/** The byte order mark that some editors put in front. */
const MARK = '\ufeff';

/**
 * The text with the value at `keys` set, or taken out when it is undefined; comments, order, line ends, a byte order mark
 * and everything else stay as they are. What the edit did is proven by reading the result: it must be the old document but for that one value.
 * @throws AGENT_CONFIG_INVALID when the text cannot be read, or cannot be edited without touching anything else
 */
export function setInDocument(file: string, format: DocumentFormat, text: string, keys: readonly string[], value: unknown): string {
  if (text.startsWith(MARK)) return MARK + setInDocument(file, format, text.slice(MARK.length), keys, value);
  const before = readDocument(file, format, text);
  const expected = withValue(file, before, keys, value);
  if (isDeepStrictEqual(before, expected)) return text;
  const after = format === 'json' ? setInJson({ text, keys, value }) : setInToml({ text, keys, value });
  const read = after === undefined ? undefined : attempt(() => readDocument(file, format, after));
  if (after !== undefined && read !== undefined && isDeepStrictEqual(pruned(read, keys), pruned(expected, keys))) return after;
  throw invalid(file, `the entry ${keys.join('.')} is written in a way that cannot be changed without touching the rest`);
}

/** A document with nothing in it but this value, laid out. */
export const writeEntry = (format: DocumentFormat, keys: readonly string[], value: unknown): string =>
  (format === 'json' ? setInJson({ text: '', keys, value }) : setInToml({ text: '', keys, value }))?.trim() ?? '';

/** The document as plain data; an empty text is an empty document. @throws AGENT_CONFIG_INVALID with line and column */
export function readDocument(file: string, format: DocumentFormat, text: string): Record<string, unknown> {
  const bare = text.startsWith(MARK) ? text.slice(MARK.length) : text;
  const outcome = format === 'json' ? readJson(bare) : readToml(bare);
  if ('reason' in outcome) throw invalid(file, outcome.reason);
  const { document } = outcome;
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as Record<string, unknown>;
  throw invalid(file, `it holds ${Array.isArray(document) ? 'a list' : `a ${typeof document}`} where settings are expected`);
}

export function valueAt(document: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => (isTable(value) ? value[key] : undefined), document);
}

function withValue(file: string, document: Record<string, unknown>, keys: readonly string[], value: unknown): Record<string, unknown> {
  const copy = structuredClone(document);
  let table = copy;
  for (const [index, key] of keys.slice(0, -1).entries()) {
    if (!Object.hasOwn(table, key)) {
      if (value === undefined) return copy;
      Object.defineProperty(table, key, { value: {}, enumerable: true, writable: true, configurable: true });
    }
    const inner = table[key];
    if (!isTable(inner)) throw invalid(file, `${keys.slice(0, index + 1).join('.')} is not a table of names and values`);
    table = inner;
  }
  const last = keys.at(-1) as string;
  if (value === undefined) delete table[last];
  else table[last] = value;
  return copy;
}

/** Without the tables on the way to the entry that hold nothing: TOML knows them by their entries only. */
function pruned(document: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  const [first, ...rest] = keys as [string, ...string[]];
  const inner = document[first];
  if (rest.length === 0 || !isTable(inner)) return document;
  const { [first]: _, ...others } = document;
  const kept = pruned(inner, rest);
  return Object.keys(kept).length === 0 ? others : { ...others, [first]: kept };
}

const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined; // what cannot be read any more is not what was expected
  }
}

const invalid = (file: string, reason: string): AgentBrainError =>
  new AgentBrainError('AGENT_CONFIG_INVALID', `${file} cannot be changed — ${reason}`, { data: { file } });
