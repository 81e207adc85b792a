import fs from 'node:fs';
import path from 'node:path';
import type { Removal, RemovalResult } from '@agent-brain/contract/commands';
import type { RegistryEntry } from '@agent-brain/contract/instances';
import { homePaths } from '@agent-brain/runtime/project';
import { collectGarbage } from '@agent-brain/runtime/registry';
import { type Call, type Command, declined } from '../call/index.ts';
import { renderRemoval, renderRemovals } from '../render/index.ts';
import { removeAll, sizeOf } from '../removal/index.ts';
import { confirm } from '../terminal/index.ts';

export const gc: Command<RemovalResult> = {
  spec: {
    description:
      'Remove what projects have left whose directory is gone for 30 days: their rows in the registry and their data in the home. The days count from the first `gc` that finds it gone.',
    options: [
      { flags: '-n, --dry-run', description: 'Show it and remove nothing' },
      { flags: '-y, --yes', description: 'Do not ask' },
    ],
    examples: [
      { line: 'gc --dry-run', does: 'See what would go' },
      { line: 'gc --yes', does: 'Remove it, in a script' },
    ],
  },

  async run(call) {
    const home = homePaths(call.environment);
    // Looking comes first: it would make a home that is not there.
    if (!fs.existsSync(home.registryFile)) return { data: { dry_run: call.options['dryRun'] === true, removed: [], kept: [] } };
    const found = await collectGarbage(home, { dryRun: true });
    const removed = found.dropped.flatMap((entry) => removalsOf(entry, home.projectsDir));
    const kept = found.missing.map((entry): Removal => ({ path: entry.project_root, what: 'gone, but not for 30 days', bytes: null }));
    const dryRun = call.options['dryRun'] === true;
    if (dryRun) return { data: { dry_run: true, removed, kept } };
    if (!(await mayRemove(removed, call))) return declined(call);
    // Also when nothing is dropped: this is where the 30 days begin to count.
    await collectGarbage(home);
    await removeAll(removed.filter(({ bytes }) => bytes !== null));
    return { data: { dry_run: false, removed, kept } };
  },

  render: renderRemoval,
};

async function mayRemove(removed: readonly Removal[], { terminal, options, now, globals }: Call): Promise<boolean> {
  if (removed.length === 0) return true;
  const view = { style: terminal.stderr.style, now: now(), verbose: globals.verbose, columns: terminal.stderr.columns };
  if (terminal.interactive && options['yes'] !== true) terminal.stderr.print(renderRemovals(removed, view));
  return await confirm(
    terminal,
    `Remove what ${removed.length === 1 ? 'this project has' : 'these projects have'} left?`,
    options['yes'] === true,
  );
}

/** The row, and the storage that shared mode keeps in the home. */
function removalsOf(entry: RegistryEntry, projectsDir: string): Removal[] {
  const row: Removal = { path: entry.project_root, what: 'row in the registry', bytes: null };
  const storage = path.join(projectsDir, entry.project_id);
  return fs.existsSync(storage) ? [row, { path: storage, what: `data of ${entry.name}`, bytes: sizeOf(storage) }] : [row];
}
