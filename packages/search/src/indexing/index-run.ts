import type { IndexStats } from '@agent-brain/contract/jobs';
import type { IndexStore } from '../store/index.ts';
import { walkFolder } from '../walk/index.ts';
import { applyChanges } from './apply-changes.ts';
import { ChangeFinder } from './find-changes.ts';
import { recipeOf, skipRecipeOf } from './index-file.ts';
import { directoriesAbove } from './named-places.ts';
import { assertFolder, type RunOrder, settingsOf, walkOptionsOf } from './run-order.ts';
import { RunReport } from './run-report.ts';
import { indexPathOf, indexPrefixOf, readableRoot, runScope } from './run-scope.ts';
import { progressTeller, type RunSurroundings } from './run-surroundings.ts';

/**
 * Brings the index up to the folder: walk and compare, meanwhile read and cut what has changed, commit batch by
 * batch, take out what has vanished. A file's old rows go in the transaction that brings its new ones;
 * nothing is taken out before the walk is complete, and `add` takes nothing out at all.
 * @throws the signal's reason; FOLDER_INVALID, DISK_FULL, MEMORY_LIMIT, INDEX_DISK_LIMIT, INDEX_CORRUPT
 */
export async function runIndex(store: IndexStore, order: RunOrder, around: RunSurroundings): Promise<IndexStats> {
  const { request, folder, operation } = order;
  assertFolder(folder);
  const report = new RunReport(around.nowMs);
  const tell = progressTeller(report, around);
  const settings = settingsOf(order);
  const folders = store.read((view) => view.folders().map((known) => known.folder_path));
  store.addFolder(folder, request);
  const end = new AbortController();
  const whileWanted = { ...around, signal: AbortSignal.any([around.signal, end.signal]) };
  const finder = new ChangeFinder(store, report, {
    scope: runScope(around.root, folder, folders),
    folder,
    recipe: recipeOf(settings),
    skipRecipe: skipRecipeOf(settings),
    nowMs: around.now().getTime(),
    force: request.force,
    onProgress: () => tell(),
  });
  const { changes } = finder;
  const compare = async (): Promise<void> => {
    const above = [folder, ...directoriesAbove(folder, readableRoot(around.root, folder))];
    finder.vanishFiles(above.map((directory) => indexPathOf(around.root, directory)));
    await finder.compareAll(indexPrefixOf(around.root, folder), walkFolder(walkOptionsOf(order, whileWanted)));
    assertFolder(folder);
    report.endPhase('walk', 'indexing');
    changes.items.complete();
    tell({ always: true });
  };
  const compared = compare().catch((reason: unknown) => changes.items.fail(reason));
  try {
    await applyChanges(changes, { folder, store, settings, removes: operation === 'index', report, around, tell }, request);
  } finally {
    end.abort();
    await compared;
  }
  report.endPhase('index', 'finishing');
  tell({ always: true });
  around.onCommit();
  report.endPhase('finish');
  tell({ always: true });
  return report.stats();
}
