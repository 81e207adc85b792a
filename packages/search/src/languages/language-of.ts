import { type Language, languages } from './language-table.ts';
import { binaryExtensions } from './unindexed-extensions.ts';

const byId = new Map(languages.map((language) => [language.id, language]));
const byExtension = new Map(languages.flatMap((language) => language.extensions.map((extension) => [extension, language] as const)));
const byName = new Map(languages.flatMap((language) => language.names.map((name) => [name, language] as const)));
const byInterpreter = new Map(languages.flatMap((language) => language.interpreters.map((name) => [name, language] as const)));

/** Bytes of a file's head that {@link languageOf} looks at for a `#!` line. */
export const shebangBytes = 160;

/** What a path alone says about a file. */
export type PathKind =
  /** A language of the table. */
  | { readonly kind: 'known'; readonly language: Language }
  /** No word on it; text is decided by looking at the bytes, and the language is `text` or of its `#!` line. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'binary' };

/** Kind of a file by its path (`/` separators), without opening it. Case does not matter. */
export function kindOfPath(path: string): PathKind {
  const exactName = path.slice(path.lastIndexOf('/') + 1);
  const name = exactName.toLowerCase();
  const named = byName.get(exactName) ?? byName.get(name) ?? byStem(name);
  if (named !== undefined) return { kind: 'known', language: named };
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || dot === name.length - 1) return { kind: 'unknown' };
  const extension = name.slice(dot + 1);
  const language = byExtension.get(extension);
  if (language !== undefined && !(language.id === 'man' && !looksLikeManualPage(name, dot))) return { kind: 'known', language };
  if (binaryExtensions.has(extension)) return { kind: 'binary' };
  return { kind: 'unknown' };
}

/**
 * Language id of a file, `text` where nothing better is known, or `null` where the path names a
 * binary format.
 * @param path relative or absolute, `/` separators
 * @param firstBytes the head of the file ({@link shebangBytes}), for files without an extension
 */
export function languageOf(path: string, firstBytes?: Uint8Array | string): string | null {
  const kind = kindOfPath(path);
  if (kind.kind === 'binary') return null;
  // A script may be called `install` or `configure`; then its first line says more than its name.
  const name = path.slice(path.lastIndexOf('/') + 1);
  const language = kind.kind === 'known' ? kind.language.id : 'text';
  if (firstBytes === undefined || language !== 'text' || name.lastIndexOf('.') > 0) return language;
  const head = typeof firstBytes === 'string' ? firstBytes : Buffer.from(firstBytes.subarray(0, shebangBytes)).toString('latin1');
  return languageOfShebang(head) ?? 'text';
}

/** `#!/usr/bin/env -S python3 -u` → `python`; `null` without a `#!` line or with an unknown interpreter. */
export function languageOfShebang(head: string): string | null {
  if (!head.startsWith('#!')) return null;
  const line = head.slice(2).split(/[\r\n]/, 1)[0] ?? '';
  for (const word of line.trim().split(/\s+/)) {
    const program = word.slice(word.lastIndexOf('/') + 1).toLowerCase();
    if (program === 'env' || program.startsWith('-') || program.includes('=')) continue;
    return byInterpreter.get(program.replace(/[\d.]+$/, ''))?.id ?? null;
  }
  return null;
}

/** The row of the table, or `undefined` for an unknown id. */
export const languageById = (id: string): Language | undefined => byId.get(id);

/** `Dockerfile.dev`, `Makefile.am`, `README.de`: the part before the first dot says more than the one after. */
function byStem(name: string): Language | undefined {
  const dot = name.indexOf('.');
  if (dot <= 0) return undefined;
  const stem = name.slice(0, dot);
  if (stem === 'dockerfile' || stem === 'containerfile') return byName.get(stem);
  if (stem === 'jenkinsfile' && !byExtension.has(name.slice(dot + 1))) return byName.get(stem);
  return undefined;
}

/** `git-log.1` is a manual page; `libfoo.so.1`, `output.2` and `v1.2` are not. */
function looksLikeManualPage(name: string, dot: number): boolean {
  return /^[a-z][a-z_+:-]*$/.test(name.slice(0, dot));
}
