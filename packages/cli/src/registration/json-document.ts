import { createScanner, findNodeAtLocation, type Node, parse, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { DocumentEdit, ReadOutcome } from './document-edit.ts';

const options = { allowTrailingComma: true, allowEmptyContent: true };

/** JSON with comments and trailing commas, as editors write their settings; nothing but comments is an empty document. */
export function readJson(text: string): ReadOutcome {
  const errors: ParseError[] = [];
  let document: unknown;
  try {
    document = structuredClone(parse(text, errors, options));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { reason: 'it is nested too deeply to be read' };
  }
  const [first] = errors;
  if (first === undefined) return { document: document === undefined ? {} : document };
  const before = text.slice(0, first.offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { reason: `it is not JSON: ${printParseErrorCode(first.error)} at line ${before.length}, column ${column}` };
}

/**
 * Changes the text at one place. The library's own edit formats the whole object around it, which moves what the
 * person has written.
 * @returns undefined when the place is not one that can be edited
 */
export function setInJson({ text, keys, value }: DocumentEdit): string | undefined {
  const base = parseTree(text, [], options) === undefined ? withObject(text) : text;
  const root = parseTree(base, [], options);
  if (root === undefined) return undefined;
  const found = findNodeAtLocation(root, [...keys]);
  if (value === undefined) return removeAt(base, outermost(base, found));
  return found === undefined ? addAt(base, root, keys, value) : replaceAt(base, found, value);
}

function replaceAt(text: string, { offset, length }: Node, value: unknown): string {
  return text.slice(0, offset) + layOut(text, value, indentAt(text, offset)) + text.slice(offset + length);
}

function addAt(text: string, root: Node, keys: readonly string[], value: unknown): string | undefined {
  let depth = keys.length - 1;
  while (depth > 0 && findNodeAtLocation(root, keys.slice(0, depth)) === undefined) depth -= 1;
  const container = depth === 0 ? root : findNodeAtLocation(root, keys.slice(0, depth));
  if (container?.type !== 'object') return undefined;
  const inner = keys.slice(depth + 1).reduceRight<unknown>((nested, key) => ({ [key]: nested }), value);
  const name = `${JSON.stringify(keys[depth])}: `;
  const last = container.children?.at(-1);
  const end = container.offset + container.length - 1;
  const isOneLine = last !== undefined && !text.slice(container.offset, end).includes('\n');
  if (isOneLine) return insert(text, last.offset + last.length, `, ${name}${JSON.stringify(inner)}`);
  const eol = endOfLine(text);
  const outer = indentAt(text, container.offset);
  const indent = last === undefined ? outer + unitOf(text) : indentAt(text, last.offset);
  const property = `${eol}${indent}${name}${layOut(text, inner, indent)}`;
  // Behind what comments there are.
  if (last === undefined) return text.slice(0, end).trimEnd() + property + eol + outer + text.slice(end);
  const comma = commaBehind(text, last.offset + last.length);
  const lineEnd = endOfLineComment(text, comma ?? last.offset + last.length);
  const behind = comma === undefined ? '' : ',';
  const added = insert(text, lineEnd, property + behind);
  return comma === undefined ? insert(added, last.offset + last.length, ',') : added;
}

function removeAt(text: string, found: Node | undefined): string | undefined {
  const property = found?.parent;
  const siblings = property?.parent?.children;
  if (property === undefined || siblings === undefined) return undefined;
  let from = property.offset;
  const comma = commaBehind(text, property.offset + property.length);
  let to = comma ?? property.offset + property.length;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const rest = /^[ \t]*\r?\n/.exec(text.slice(to));
  const isAlone = text.slice(lineStart, from).trim() === '' && rest !== null;
  if (isAlone) [from, to] = [lineStart, to + rest[0].length];
  else from = lineStart + text.slice(lineStart, from).trimEnd().length;
  const removed = text.slice(0, from) + text.slice(to);
  const before = siblings[siblings.indexOf(property) - 1];
  if (comma !== undefined || before === undefined) return removed;
  // The last one went: the comma that stood in front of it goes as well.
  const dangling = commaBehind(text, before.offset + before.length);
  return dangling === undefined ? undefined : removed.slice(0, dangling - 1) + removed.slice(dangling);
}

/** An empty object behind what comments there are. */
const withObject = (text: string): string => [text.trimEnd(), '{}', ''].slice(text.trim() === '' ? 1 : 0).join(endOfLine(text));

/** The value to take out: the entry, or the outermost table around it that holds nothing else, not even a comment. */
function outermost(text: string, entry: Node | undefined): Node | undefined {
  const table = entry?.parent?.parent;
  if (table?.parent === undefined || table.children?.length !== 1) return entry;
  const [property] = table.children as [Node];
  const around = text.slice(table.offset, property.offset) + text.slice(property.offset + property.length, table.offset + table.length);
  return /^\{[\s,]*\}$/.test(around) ? outermost(text, table) : entry;
}

/** Behind the comma that follows, over white space and comments; undefined when something else does. */
function commaBehind(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  return text[scanner.getTokenOffset()] === ',' ? scanner.getTokenOffset() + 1 : undefined;
}

/** Behind a comment that stands on the same line. */
function endOfLineComment(text: string, offset: number): number {
  const comment = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/)/.exec(text.slice(offset));
  return offset + (comment?.[0].length ?? 0);
}

const insert = (text: string, offset: number, what: string): string => text.slice(0, offset) + what + text.slice(offset);

const layOut = (text: string, value: unknown, indent: string): string =>
  JSON.stringify(value, null, unitOf(text)).replaceAll('\n', endOfLine(text) + indent);

const indentAt = (text: string, offset: number): string => /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';

/** Of the first indented line; two spaces where there is none. */
const unitOf = (text: string): string => /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';

const endOfLine = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
