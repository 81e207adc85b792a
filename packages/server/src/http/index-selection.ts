import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { IndexRequest } from '@agent-brain/contract/jobs';
import { indexConfig, type Project } from '../projects/index.ts';

/**
 * Refuses a run whose filters would remove more than half of what is indexed of the folder. Which files the filters
 * leave out is asked of the index alone, so it costs no walk.
 * @throws SELECTION_REMOVES_FILES
 */
export async function refuseLoss(project: Project, folder: string, request: IndexRequest): Promise<void> {
  const config = indexConfig(project.config);
  if (!isNarrow(request) && [config.include, config.exclude, config.languages].every((list) => list.length === 0)) return;
  const { files, lost, examples } = await project.engine.selectionLoss({ folder, request, config });
  if (lost * 2 <= files) return;
  const more = lost > examples.length ? ', …' : '';
  throw new AgentBrainError(
    'SELECTION_REMOVES_FILES',
    `The filters leave out ${lost} of the ${files} indexed files of ${folder}, which would be removed from the index: ${examples.join(', ')}${more}`,
    { data: { folder_path: folder, indexed_files: files, removed_files: lost, filters: filtersOf(request) } },
  );
}

/** Indexed folders inside this one that keep filters of their own, and how to clear them; they go on to hold when it is indexed. */
export async function narrowerFolders(project: Project, folder: string): Promise<string[]> {
  const inside = (await project.engine.folderRequests()).filter(
    ({ folderPath, request }) => request !== null && isNarrow(request) && folderPath !== folder && contains(folder, folderPath),
  );
  return inside.map(({ folderPath, request }) => {
    const name = path.relative(project.root, folderPath);
    const filters = JSON.stringify(filtersOf(request as IndexRequest));
    return `The folder ${name} keeps the filters it was indexed with (${filters}). To clear them, index it without filters: \`agent-brain index ${name}\`.`;
  });
}

const isNarrow = (request: IndexRequest): boolean => Object.keys(filtersOf(request)).length > 0;

/** What a request chooses, as far as it chooses anything. */
function filtersOf({ include, exclude, languages, include_code, recursive }: IndexRequest): Record<string, unknown> {
  const lists = Object.entries({ include, exclude, languages }).filter(([, list]) => list !== undefined && list.length > 0);
  return {
    ...Object.fromEntries(lists),
    ...(include_code ? {} : { include_code }),
    ...(recursive ? {} : { recursive }),
  };
}

const contains = (outer: string, inner: string): boolean => {
  const relative = path.relative(outer, inner);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
};
