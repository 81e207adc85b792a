import fs from 'node:fs/promises';
import path from 'node:path';
import type { VolumeFact } from './facts.ts';

/** `f_type` of statfs(2), from linux/magic.h, of file systems that live on another machine. */
const networkTypes: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x517b: 'SMB',
  0x01021997: '9p',
  0x5346414f: 'AFS',
  0x6b414653: 'AFS',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x73757245: 'Coda',
};

/** The volumes of some directories; of one that is not there yet, of the nearest one above it. */
export async function lookAtVolumes(wanted: readonly (readonly [directory: string, what: string])[]): Promise<VolumeFact[]> {
  return await Promise.all(
    wanted.map(async ([directory, what]) => {
      const existing = await nearestExisting(directory);
      const [stats, isWritable] = await Promise.all([
        fs.statfs(existing),
        fs.access(existing, fs.constants.W_OK).then(
          () => true,
          () => false,
        ),
      ]);
      return {
        path: directory,
        what,
        isWritable,
        freeBytes: stats.bavail * stats.bsize,
        network: process.platform === 'linux' ? (networkTypes[stats.type] ?? null) : null,
      };
    }),
  );
}

async function nearestExisting(directory: string): Promise<string> {
  for (let candidate = directory; ; candidate = path.dirname(candidate)) {
    const isThere = await fs.stat(candidate).then(
      () => true,
      () => false,
    );
    if (isThere || path.dirname(candidate) === candidate) return candidate;
  }
}
