import { readBytes } from '../decode/index.ts';
import { readDocument } from '../extract/index.ts';
import { indexFile } from './index-file.ts';
import type { ParseItem, ParseResult, ParseSettings } from './parse-protocol.ts';

/** Reads one file and makes its rows; what cannot be read or is no text comes back as a skip. */
export async function parseFile({ candidate, knownHash }: ParseItem, settings: ParseSettings): Promise<ParseResult> {
  const { path, absolutePath, ino } = candidate;
  const options = { maxBytes: settings.maxFileBytes, root: settings.root };
  const readAtMs = Date.now();
  if (knownHash !== undefined) {
    const found = readBytes(absolutePath, options);
    if ('skip' in found) return { kind: 'skip', path, reason: found.skip };
    const { hash, sizeBytes, mtimeMs } = found;
    if (hash === knownHash) return { kind: 'touch', touch: { path, sizeBytes, mtimeMs, ino, readAtMs } };
  }
  const source = await readDocument({ path, absolutePath }, options);
  if ('skip' in source) return { kind: 'skip', path, reason: source.skip };
  return { kind: 'file', file: indexFile({ path, ino, readAtMs, ...source }, settings) };
}
