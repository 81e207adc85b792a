import type { Removal, RemovalResult, UninstallResult } from '@agent-brain/contract/commands';
import { formatBytes, printableLine } from '../terminal/index.ts';
import type { View } from './view.ts';

/** What is or would be removed, one a line. */
export const renderRemovals = (removals: readonly Removal[], view: View): string =>
  removals
    .map(
      ({ path, what, bytes }) =>
        `  ${printableLine(path)}  ${view.style('dim', `${what}${bytes === null ? '' : `, ${formatBytes(bytes)}`}`)}`,
    )
    .join('\n');

/** The instances that end before anything is removed. */
export function renderStopped({ dry_run, stopped }: Pick<UninstallResult, 'dry_run' | 'stopped'>, view: View): string[] {
  if (stopped.length === 0) return [];
  const rows = stopped.map(({ project_root, pid }) => {
    const who = view.style('dim', pid === null ? 'instance' : `instance, pid ${pid}`);
    return `  ${project_root === null ? 'the user daemon' : printableLine(project_root)}  ${who}`;
  });
  return [dry_run ? 'Would stop:' : `${view.style('green', '✔')} Stopped:`, ...rows];
}

export function renderRemoval({ dry_run, removed, kept }: RemovalResult, view: View): string {
  if (removed.length === 0) return ['Nothing to remove.', ...renderKept(kept, view)].join('\n');
  const total = removed.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const first = dry_run ? 'Would remove:' : `${view.style('green', '✔')} Removed${total > 0 ? ` ${formatBytes(total)}` : ''}:`;
  return [first, renderRemovals(removed, view), ...renderKept(kept, view)].join('\n');
}

const renderKept = (kept: readonly Removal[], view: View): string[] => (kept.length === 0 ? [] : ['Kept:', renderRemovals(kept, view)]);
