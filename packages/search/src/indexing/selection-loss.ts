import type { IndexView } from '../store/index.ts';
import { Selection } from '../walk/index.ts';
import { selectionOf, type RunOrder } from './run-order.ts';
import { indexPathOf, indexPrefixOf, runScope } from './run-scope.ts';

/** The indexed files that a run would remove because its filters leave them out. */
export interface SelectionLoss {
  /** Indexed files that the run decides about. */
  files: number;
  lost: number;
  /** Paths of some that would be lost. */
  examples: string[];
}

const EXAMPLES = 3;

/** Looks at the index alone; files that are gone from the disk count as if they were there. */
export function selectionLoss(
  view: Pick<IndexView, 'filesBeneath' | 'folderRequests'>,
  root: string,
  order: Omit<RunOrder, 'operation'>,
): SelectionLoss {
  const { folder, request } = order;
  const chosen = selectionOf(order);
  const prefix = indexPrefixOf(root, folder);
  const isExternal = indexPathOf(root, folder) === folder;
  const scope = runScope(
    root,
    folder,
    view.folderRequests().map(({ folderPath }) => folderPath),
  );
  const selection = new Selection(chosen);
  const loss: SelectionLoss = { files: 0, lost: 0, examples: [] };
  for (const file of view.filesBeneath(prefix)) {
    if (!scope.owns(file.path)) continue;
    loss.files += 1;
    const inFolder = file.path.slice(prefix.length);
    const path = isExternal ? inFolder : file.path;
    if (selection.selects({ ...file, path }) && (request.recursive || !inFolder.includes('/'))) continue;
    loss.lost += 1;
    if (loss.examples.length < EXAMPLES) loss.examples.push(file.path);
  }
  return loss;
}
