import fs from 'node:fs';

/**
 * Whether a process has a lock file open that was removed: it held that lock once, and holds nothing any more. proc(5): the
 * link of such a descriptor ends in ` (deleted)`. False where the system does not tell (elsewhere than on Linux).
 */
export function holdsRemovedLock(pid: number, lockFile: string): boolean {
  const directory = `/proc/${pid}/fd`;
  try {
    return fs.readdirSync(directory).some((fd) => targetOf(`${directory}/${fd}`) === `${lockFile} (deleted)`);
  } catch {
    return false;
  }
}

function targetOf(link: string): string | undefined {
  try {
    return fs.readlinkSync(link);
  } catch {
    return undefined; // closed since the listing
  }
}
