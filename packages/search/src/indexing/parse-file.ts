import type { SkipReason } from '@agent-brain/contract/jobs';
import { readBytes, type ReadBuffer } from '../decode/index.ts';
import { readDocument, readOptionsOf } from '../extract/index.ts';
import { indexFile } from './index-file.ts';
import type { TextPacker } from './text-packer.ts';
import type { ParseItem, ParseSettings } from './parse-protocol.ts';
import type { ParseResult } from './parse-result.ts';

/** Reads one file and makes its rows; what cannot be read or is no text comes back as a skip. The packer is to be closed before the result is handed on. */
export async function parseFile(
  { candidate, knownHash }: ParseItem,
  settings: ParseSettings,
  { packer, readBuffer }: { packer: TextPacker; readBuffer: ReadBuffer },
): Promise<ParseResult> {
  const { path, absolutePath, sizeBytes, mtimeMs, ctimeMs, ino } = candidate;
  const options = { maxFileBytes: settings.maxFileBytes, root: settings.root, readBuffer };
  const readAtMs = Date.now();
  // The stat of the walk: what has changed since then shows in the next one.
  const skipped = (reason: SkipReason): ParseResult => ({
    kind: 'skip',
    skip: { path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs, reason },
  });
  if (knownHash !== undefined) {
    const found = readBytes(absolutePath, readOptionsOf(candidate, options));
    if ('skip' in found) return skipped(found.skip);
    const { hash, bytes: _, ...touched } = found;
    if (hash === knownHash) return { kind: 'touch', touch: { path, ino, readAtMs, ...touched } };
  }
  const source = await readDocument(candidate, options);
  if ('skip' in source) return skipped(source.skip);
  return { kind: 'file', file: indexFile({ path, ino, readAtMs, ...source }, settings, packer) };
}
