import fs from 'node:fs/promises';
import { asWriteError, systemCode } from './file-errors.ts';

/**
 * Removes a file (a symbolic link: the link itself).
 *
 * @returns false when there was none
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function removeFile(file: string): Promise<boolean> {
  try {
    await fs.unlink(file);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw asWriteError(error, `remove ${file}`, file);
  }
}
