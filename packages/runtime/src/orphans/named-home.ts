import fs, { type Stats } from 'node:fs';
import { systemCode } from '../files/index.ts';
import type { ProcessIdentity } from '../process/index.ts';
import { daemonHomeOf } from './daemon-marker.ts';
import type { NamedHome } from './suspect.ts';

/** The home that a process names in its arguments, and whether it is ours; undefined when it names none. */
export function namedHome({ pid, argv }: ProcessIdentity, ours: string): NamedHome | undefined {
  const named = daemonHomeOf(argv);
  if (named === undefined) return undefined;
  // proc(5): the root of the process, through which it sees mounts of its own. Elsewhere there are none.
  const seen = look(process.platform === 'linux' ? `/proc/${pid}/root${named}` : named);
  if (seen === 'unknown') return { path: named, relation: named === ours ? 'unknown' : 'other' };
  if (seen === 'gone') return { path: named, relation: 'gone' };
  const own = look(ours);
  const isOurs = typeof own === 'object' && own.dev === seen.dev && own.ino === seen.ino;
  return isOurs ? { path: ours, relation: 'ours' } : { path: named, relation: 'other' };
}

function look(directory: string): Stats | 'gone' | 'unknown' {
  try {
    return fs.statSync(directory);
  } catch (error) {
    const code = systemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unknown';
  }
}
