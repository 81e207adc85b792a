import { createHash } from 'node:crypto';
import type { Registry } from '@agent-brain/contract/instances';
import { findByRoot } from './find-entry.ts';

const SHORT_DIGITS = 8;
const LONG_DIGITS = 16;

/** `p_` and the first hex digits of SHA-256 of the canonical root (task list: T032). */
export function projectId(root: string, digits: 8 | 16 = SHORT_DIGITS): string {
  return `p_${createHash('sha256').update(root).digest('hex').slice(0, digits)}`;
}

/**
 * The id under which this root is registered, or would be: 16 digits when another root has the short id already.
 * A registered root keeps its id.
 */
export function projectIdIn(registry: Pick<Registry, 'entries'>, root: string): string {
  const known = findByRoot(registry, root);
  if (known !== undefined) return known.project_id;
  const short = projectId(root);
  return registry.entries.some((entry) => entry.project_id === short) ? projectId(root, LONG_DIGITS) : short;
}
