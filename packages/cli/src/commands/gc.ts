import fs from 'node:fs';
import path from 'node:path';
import { findDaemon } from '@agent-brain/client/discovery';
import type { Removal, RemovalResult } from '@agent-brain/contract/commands';
import type { RegistryEntry } from '@agent-brain/contract/instances';
import { homePaths } from '@agent-brain/runtime/project';
import { collectGarbage, MISSING_ROOT_DAYS, readRegistry } from '@agent-brain/runtime/registry';
import type { FoundStorage } from '@agent-brain/runtime/shared-storage';
import { type Call, type Command, daemonOf, declined } from '../call/index.ts';
import { lostProjects } from './lost-projects.ts';
import { renderRemoval, renderRemovals } from '../render/index.ts';
import { isSetAside, ownedIn, removeAll, sizeOf } from '../removal/index.ts';
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
    if (!fs.existsSync(home.home)) return { data: { dry_run: call.options['dryRun'] === true, removed: [], kept: [] } };
    const found = await collectGarbage(home, { dryRun: true });
    const { registry } = await readRegistry(home);
    const lost = await lostProjects(home.projectsDir, registry.entries);
    const isOld = (storage: FoundStorage): boolean => isAbandoned(storage, call.now());
    const removed = [
      ...found.dropped.flatMap((entry) => removalsOf(entry, home.projectsDir)),
      ...lost.filter(isOld).map((storage) => removalOf(storage, 'and its project is gone')),
    ];
    const kept = [
      ...found.missing.map((entry): Removal => ({ path: entry.project_root, what: 'gone, but not for 30 days', bytes: null })),
      ...lost
        .filter((storage) => !isOld(storage))
        .map((storage) => removalOf(storage, 'and counts again when it is started in shared mode')),
      ...registry.entries.flatMap(({ state_dir, name }) => ownedIn(state_dir, setAsideOf(name), isSetAside)),
    ];
    const dryRun = call.options['dryRun'] === true;
    if (dryRun) return { data: { dry_run: true, removed, kept } };
    if (!(await mayRemove(removed, call))) return declined(call);
    // Also when nothing is dropped: this is where the 30 days begin to count.
    await collectGarbage(home);
    await unregister(found.dropped, call);
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

/** A daemon that still serves one of them would write into what is removed. */
async function unregister(dropped: readonly RegistryEntry[], call: Call): Promise<void> {
  if (dropped.length === 0) return;
  const found = await findDaemon(daemonOf(call), { signal: call.signal });
  if (found.state !== 'running') return;
  const client = found.instance.connect();
  const { projects } = await client.call('projects', {}, { signal: call.signal });
  for (const { project_id } of projects) {
    if (!dropped.some((entry) => entry.project_id === project_id)) continue;
    await client.call('projectRemove', { params: { id: project_id } }, { signal: call.signal });
  }
}

/** Nothing uses these folders: a user may remove them at any time. */
const setAsideOf = (name: string): string => `set aside in ${name} and not used; a start removes it after 30 days`;

const removalOf = ({ projectId, directory, record }: FoundStorage, what: string): Removal => ({
  path: directory,
  what: `data of ${record.state === 'ok' ? record.value.name : projectId}, which the registry does not know, ${what}`,
  bytes: sizeOf(directory),
});

/** The registry, which counts the days, has lost it: the files say how long nobody has used it. */
function isAbandoned({ directory, record }: FoundStorage, now: Date): boolean {
  if (record.state !== 'ok' || fs.existsSync(record.value.project_root)) return false;
  const times = ['', 'project.json', 'data', 'queue'].map(
    (name) => fs.statSync(path.join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return now.getTime() - Math.max(...times) > MISSING_ROOT_DAYS * 86_400_000;
}

/** The row, and the storage that shared mode keeps in the home. */
function removalsOf(entry: RegistryEntry, projectsDir: string): Removal[] {
  const row: Removal = { path: entry.project_root, what: 'row in the registry', bytes: null };
  const storage = path.join(projectsDir, entry.project_id);
  return fs.existsSync(storage) ? [row, { path: storage, what: `data of ${entry.name}`, bytes: sizeOf(storage) }] : [row];
}
