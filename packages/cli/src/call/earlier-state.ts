import type { ProjectLocation } from '@agent-brain/client/discovery';
import fs from 'node:fs';
import { earlierStateDirs } from '@agent-brain/runtime/earlier-programs';
import type { Call } from './command.ts';

/**
 * Says, at the first start in a project, that a program of the same name has left its state there. To be called before
 * the start: afterwards nobody knows that it was the first.
 */
export async function tellEarlierState({ root, paths }: ProjectLocation, { terminal }: Call): Promise<void> {
  if (fs.existsSync(paths.stateFile)) return;
  for (const directory of await earlierStateDirs(root))
    terminal.warn(
      `${directory} belongs to the Python program agent-brain or doc-serve. It is left as it is and not indexed; remove it when that program no longer needs it (docs/coming-from.md).`,
    );
}
