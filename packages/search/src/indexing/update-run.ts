import fs from 'node:fs';
import type { IndexRequest, IndexStats } from '@agent-brain/contract/jobs';
import type { IndexStore } from '../store/index.ts';
import { type EntryVerdict, FolderView } from '../walk/index.ts';
import { applyChanges } from './apply-changes.ts';
import { ChangeFinder } from './find-changes.ts';
import { recipeOf, skipRecipeOf } from './index-file.ts';
import { plainRequest, type IndexConfig, settingsOf, walkOptionsOf } from './run-order.ts';
import { RunReport } from './run-report.ts';
import { directoriesAbove, findPlaces } from './named-places.ts';
import { indexPathOf, indexPrefixOf, readableRoot, runScope } from './run-scope.ts';
import { progressTeller, type RunSurroundings } from './run-surroundings.ts';
import { assignPaths, type FolderPaths } from './update-paths.ts';

/** What an update is told; plain data, so that it crosses a thread border. */
export interface UpdateOrder {
  /** Absolute paths of files and directories, there or gone. */
  paths: readonly string[];
  /** Folders whose files are looked at; undefined: all. */
  folders?: readonly string[] | undefined;
  config: IndexConfig;
}

/**
 * Brings named paths up to date, and leaves everything else alone: the cost depends on the paths, not on the
 * size of the folders. The outcome for them is that of a run over their folder with the request it was last
 * indexed with. Paths no indexed folder owns are passed over.
 * @throws as {@link runIndex}, but for FOLDER_INVALID: a folder that is gone is passed over
 */
export async function runUpdate(store: IndexStore, order: UpdateOrder, around: RunSurroundings): Promise<IndexStats> {
  const report = new RunReport(around.nowMs);
  const folders = store.read((view) => view.folderRequests());
  const parts = assignPaths(
    order.paths,
    folders.map(({ folderPath }) => folderPath),
  );
  const owners = folders.map(({ folderPath }) => folderPath);
  for (const part of parts) {
    if (order.folders !== undefined && !order.folders.includes(part.folder)) continue;
    const request = folders.find(({ folderPath }) => folderPath === part.folder)?.request ?? plainRequest(part.folder);
    await updateFolder(store, { ...part, request, owners, config: order.config }, report, around);
  }
  report.endPhase('finish');
  return report.stats();
}

interface FolderUpdate extends FolderPaths {
  request: IndexRequest;
  config: IndexConfig;
  /** All indexed folders. */
  owners: readonly string[];
}

async function updateFolder(store: IndexStore, update: FolderUpdate, report: RunReport, around: RunSurroundings): Promise<void> {
  const { folder } = update;
  if (!isDirectory(folder)) {
    around.log('warn', 'an indexed folder is not there; what is known of it stays', { folder });
    return;
  }
  const tell = progressTeller(report, around);
  const settings = settingsOf(update);
  const finder = new ChangeFinder(store, report, {
    scope: runScope(around.root, folder, update.owners),
    folder,
    recipe: recipeOf(settings),
    skipRecipe: skipRecipeOf(settings),
    nowMs: around.now().getTime(),
    force: false,
    onProgress: () => tell(),
  });
  const isWhole = await comparePaths(finder, update, around);
  finder.changes.items.complete();
  report.endPhase('walk', 'indexing');
  const { items, vanished } = finder.changes;
  const isCompletion = isWhole && (items.count + vanished.length > 0 || !isComplete(store, folder));
  await applyChanges(
    finder.changes,
    { store, folder, settings, removes: true, report, around, tell },
    isCompletion ? update.request : null,
  );
  report.endPhase('index', 'finishing');
}

/**
 * Looks at each path once, whatever else was named around it: all are judged before anything is compared, then the topmost
 * directories are compared as a whole, then the files that lie in none of them. A file that was named before its
 * directory, or an inner directory before an outer one, would else be compared twice.
 * @returns whether the whole folder was compared
 */
async function comparePaths(finder: ChangeFinder, update: FolderUpdate, around: RunSurroundings): Promise<boolean> {
  const { folder, directories, paths } = update;
  const isWhole = directories.includes(folder);
  if (isWhole) around.facts.forget();
  const view = new FolderView(walkOptionsOf(update, around), around.facts);
  const named = isWhole ? [folder] : [...directories, ...paths];
  const found = findPlaces(named, { folder, root: readableRoot(around.root, folder) });
  const files = new Map<string, Exclude<EntryVerdict, { directory: string }>>();
  const toCompare = new Set<string>();
  for (const path of found.paths) {
    around.signal.throwIfAborted();
    const verdict = path === folder ? { directory: path } : await view.judge(path);
    if (verdict !== null && 'directory' in verdict) toCompare.add(path);
    else files.set(path, verdict);
  }
  finder.vanishFiles([...toCompare, ...found.directories].map((path) => indexPathOf(around.root, path)));
  const isCovered = (path: string): boolean => directoriesAbove(path, folder).some((above) => toCompare.has(above) || files.has(above));
  for (const directory of toCompare) {
    if (!isCovered(directory)) await finder.compareAll(indexPrefixOf(around.root, directory), view.walk(directory));
  }
  for (const [path, verdict] of files) if (!isCovered(path)) finder.compareOne(indexPathOf(around.root, path), verdict);
  return isWhole;
}

const isDirectory = (path: string): boolean => fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const isComplete = (store: IndexStore, folder: string): boolean =>
  store.read((view) => view.folders().some((known) => known.folder_path === folder && known.last_indexed_at !== null));
