import { AgentBrainError } from '@agent-brain/contract/errors';
import type { IndexStats } from '@agent-brain/contract/jobs';
import type { IndexStore } from '../store/index.ts';
import { CommitBatcher } from './commit-batcher.ts';
import { RunReport } from './run-report.ts';

/** Takes out all files the folder owns, then the folder. @throws FOLDER_NOT_INDEXED */
export function removeFolder(store: IndexStore, folder: string, around: { nowMs(): number; onCommit(): void }): IndexStats {
  if (!store.read((view) => view.folders().some((known) => known.folder_path === folder))) {
    throw new AgentBrainError('FOLDER_NOT_INDEXED', `The folder ${folder} is not indexed`);
  }
  const report = new RunReport(around.nowMs);
  report.endPhase('walk', 'indexing');
  const batcher = new CommitBatcher(store, folder, around, around.onCommit);
  const owned = Array.from(store.files()).filter((file) => file.folderPath === folder);
  for (const file of owned) {
    batcher.remove(file.path);
    batcher.commitIfDue();
    report.removed += 1;
  }
  batcher.commit();
  report.endPhase('index', 'finishing');
  store.removeFolder(folder);
  around.onCommit();
  report.endPhase('finish');
  return report.stats();
}
