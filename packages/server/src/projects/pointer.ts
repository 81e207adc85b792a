import { type DiscoveryPointer, discoveryPointerSchema, runtimeRecordSchema } from '@agent-brain/contract/instances';
import { removeFile } from '@agent-brain/runtime/files';
import type { ProjectPaths } from '@agent-brain/runtime/project';
import { readRecord, writeRecord } from '@agent-brain/runtime/records';
import { isDeepStrictEqual } from 'node:util';

/**
 * The holder of the project's lock repairs what became of its pointer.
 * @returns what it found instead; undefined: nothing but the pointer
 * @throws DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE, FILE_UNREADABLE
 */
export async function keepPointer(
  { runtimeFile }: Pick<ProjectPaths, 'runtimeFile'>,
  pointer: DiscoveryPointer,
): Promise<string | undefined> {
  const found = await readRecord(runtimeFile, runtimeRecordSchema);
  if (found.state === 'ok' && isDeepStrictEqual(found.value, pointer)) return undefined;
  await writeRecord(runtimeFile, discoveryPointerSchema, pointer, { mode: 0o600 });
  return found.state === 'corrupt' ? found.reason : found.state;
}

/** Whatever pointer lies there: while the lock is ours, no other can be right. */
export async function withdrawPointer({ runtimeFile }: Pick<ProjectPaths, 'runtimeFile'>): Promise<void> {
  const found = await readRecord(runtimeFile, runtimeRecordSchema);
  if (found.state === 'ok' && found.value.mode === 'shared') await removeFile(runtimeFile);
}
