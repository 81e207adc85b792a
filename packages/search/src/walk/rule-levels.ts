import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import { readBoundedBytesSync } from '@agent-brain/runtime/files';
import { opening } from '../decode/index.ts';
import { type IgnoreRules, parseIgnoreRules } from '../globs/index.ts';

/** Rules of one directory, on top of those of the directories above. */
export interface RuleLevel {
  readonly parent: RuleLevel | null;
  /** Length of the directory's absolute path with its trailing separator. */
  readonly prefixLength: number;
  readonly rules: IgnoreRules;
  /** `core.ignoreCase`: the rules were folded, and what is compared with them has to be. */
  readonly foldsCase: boolean;
}

/** Larger ignore files are not read, in bytes. */
const maxIgnoreFileBytes = 1_000_000;

/**
 * Adds the rules of the named files of a directory; later names win over earlier ones.
 * Like git since 2.32 this does not follow links that are named like ignore files.
 */
export function addLevel(parent: RuleLevel | null, directory: string, names: readonly string[], foldsCase = false): RuleLevel | null {
  let text = '';
  for (const name of names) text += readSmallFile(directory.endsWith(sep) ? directory + name : directory + sep + name) ?? '';
  return addRules(parent, directory, text, foldsCase);
}

/** Adds rules of a text, as if it stood in the directory. */
export function addRules(parent: RuleLevel | null, directory: string, text: string, foldsCase = false): RuleLevel | null {
  const rules = text === '' ? null : parseIgnoreRules(foldsCase ? foldCase(text) : text);
  if (rules === null) return parent;
  return { parent, prefixLength: directory === '/' ? 1 : directory.length + 1, rules, foldsCase };
}

/**
 * Whether an entry is ignored; directories above it must have been asked about before.
 * The level nearest to the entry that has a matching rule decides.
 */
export function isIgnored(level: RuleLevel | null, absolutePath: string, name: string, isDirectory: boolean): boolean {
  for (let at = level; at !== null; at = at.parent) {
    const path = absolutePath.slice(at.prefixLength);
    const verdict = at.foldsCase ? at.rules.match(foldCase(path), foldCase(name), isDirectory) : at.rules.match(path, name, isDirectory);
    if (verdict !== undefined) return verdict;
  }
  return false;
}

/**
 * Text of a small regular file with a line end behind it, or `null`; neither blocks on FIFOs nor follows a link.
 * @throws FILE_UNREADABLE without descriptors
 */
export function readSmallFile(path: string, options: { readonly followLinks?: boolean } = {}): string | null {
  // Asked for in every directory and nearly always missing: this way that takes no exception.
  if (!existsSync(path)) return null;
  try {
    const read = opening(path, () => unwrapped(() => readBoundedBytesSync(path, { ...options, maxBytes: maxIgnoreFileBytes })));
    return read.state === 'ok' ? `${read.bytes.toString('utf8')}\n` : null;
  } catch (error) {
    if (isAgentBrainError(error)) throw error;
    return null;
  }
}

/** With the system's own error, by which `opening` knows what to repeat. */
function unwrapped<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw isAgentBrainError(error) ? (error.cause ?? error) : error;
  }
}

/** ASCII only, as git does it. */
const foldCase = (text: string): string => text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
