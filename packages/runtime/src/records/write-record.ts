import { parse } from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { pastDirectory, removeFile, writeAtomically, type WriteOptions } from '../files/index.ts';

/**
 * Writes a JSON record for {@link readRecord}, by atomic write. The value is checked first: what a reader would call
 * corrupt is a mistake of ours and throws the schema's error. A directory in its place is set aside.
 *
 * @throws AgentBrainError DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function writeRecord<T>(file: string, schema: $ZodType<T>, value: T, options: WriteOptions = {}): Promise<void> {
  const text = `${JSON.stringify(parse(schema, value), null, 2)}\n`;
  await pastDirectory(file, () => writeAtomically(file, text, options));
}

/**
 * Removes a record; a directory in its place is set aside.
 *
 * @returns false when there was none
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export const removeRecord = (file: string): Promise<boolean> => pastDirectory(file, () => removeFile(file));
