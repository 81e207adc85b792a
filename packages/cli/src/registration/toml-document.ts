import { parse, stringify, TomlError } from 'smol-toml';
import type { DocumentEdit, ReadOutcome } from './document-edit.ts';

export function readToml(text: string): ReadOutcome {
  try {
    return { document: structuredClone(parse(text)) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ''] = error.message.split('\n');
    return { reason: `it is not TOML: ${message} at line ${error.line}, column ${error.column}` };
  }
}

/**
 * Replaces, adds or removes the table `[keys]` with its sub-tables, by lines, so that comments elsewhere stay, and every
 * line its end. A table
 * that is written in another way (inline, dotted keys) is not found; the caller notices by reading the result.
 */
export function setInToml({ text, keys, value }: DocumentEdit): string {
  // Lines of Windows keep their carriage return as a part of them.
  const lines = text.split('\n');
  const blank = text.includes('\r\n') ? '\r' : '';
  const table = tableLines(lines.map(withoutReturn), keys);
  const written =
    value === undefined
      ? []
      : stringify(nested(keys, value))
          .trimEnd()
          .split('\n')
          .map((line) => line + blank);
  return joinParts(lines, table, written, blank).join('\n');
}

function joinParts(lines: readonly string[], table: LineRange | undefined, written: readonly string[], blank: string): string[] {
  if (table === undefined) {
    const before = trimEndLines(lines);
    const last = before.pop();
    // The last line of a file may have no end.
    const whole = last === undefined ? [] : [before.length + 1 === lines.length ? withoutReturn(last) + blank : last, blank];
    return [...before, ...whole, ...written, ''];
  }
  const before = lines.slice(0, table.from);
  const after = lines.slice(table.to);
  const isFollowed = after.some((line) => line.trim() !== '');
  if (written.length > 0 && after.length === 0) return [...before, ...written.slice(0, -1), withoutReturn(written.at(-1) as string)];
  if (written.length > 0) return [...before, ...written, ...(after[0]?.trim() === '' ? [] : [blank]), ...after];
  return [...trimEndLines(before), ...(before.length > 0 && isFollowed ? [blank] : []), ...trimStartLines(after)];
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

const nested = (keys: readonly string[], value: unknown): Record<string, unknown> =>
  keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;

interface LineRange {
  /** First line. */
  readonly from: number;
  /** Behind the last line that belongs to it; comments and blank lines in front of the next table stay with that one. */
  readonly to: number;
}

function tableLines(lines: readonly string[], keys: readonly string[]): LineRange | undefined {
  let from: number | undefined;
  let lastContent = 0;
  let fence: string | undefined;
  for (const [index, line] of lines.entries()) {
    const header: readonly string[] | undefined = fence === undefined ? headerKeys(line) : undefined;
    if (header !== undefined) {
      const isOurs = keys.every((key, position) => header[position] === key);
      if (isOurs) from ??= index;
      else if (from !== undefined) return { from, to: lastContent + 1 };
    }
    if (from !== undefined && line.trim() !== '' && (fence !== undefined || !line.trim().startsWith('#'))) lastContent = index;
    fence = fenceAfter(line, fence);
  }
  return from === undefined ? undefined : { from, to: lastContent + 1 };
}

/** `[a.b."c.d"]` → a, b, c.d. Arrays of tables are nobody's entry here, but end one. */
function headerKeys(line: string): string[] | undefined {
  const match = /^\s*\[(\[?)([^\]]*|(?:[^\]"']|"[^"]*"|'[^']*')*)\]{1,2}\s*(?:#.*)?$/.exec(line);
  if (match === null) return undefined;
  const keys = [...(match[2] ?? '').matchAll(/\s*(?:"([^"]*)"|'([^']*)'|([^."'\s]+))\s*(?:\.|$)/g)];
  const names = keys.map(([, quoted, literal, bare]) => quoted ?? literal ?? bare ?? '');
  return match[1] === '[' ? ['[', ...names] : names;
}

/** Which fence of a text of many lines is open behind this line. */
function fenceAfter(line: string, open: string | undefined): string | undefined {
  let fence = open;
  for (const [mark] of line.matchAll(/"""|'''/g)) {
    if (fence === undefined) fence = mark;
    else if (fence === mark) fence = undefined;
  }
  return fence;
}

function trimEndLines(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

function trimStartLines(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  return first === -1 ? [''] : lines.slice(first);
}
