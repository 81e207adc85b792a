import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';

export interface FolderQuestion {
  /** As the request wrote it: absolute, or relative to the project root. */
  readonly folderPath: string;
  /** Canonical. */
  readonly projectRoot: string;
  readonly allowExternal: boolean;
}

/**
 * Decides before queueing whether a folder can be indexed (docs/design/jobs.md#service-and-worker).
 * The engine looks again when it opens files: a link that is swapped later does not lead outside.
 *
 * @returns the canonical path
 * @throws FOLDER_INVALID, FOLDER_OUTSIDE_PROJECT; the messages name the value
 */
export async function checkFolder({ folderPath, projectRoot, allowExternal }: FolderQuestion): Promise<string> {
  const shown = JSON.stringify(folderPath);
  if (folderPath.includes('\0')) throw invalid(shown, 'the path contains a NUL character');
  const canonical = await canonicalPath(path.resolve(projectRoot, folderPath), shown);
  await requireReadableDirectory(canonical, shown);
  if (!allowExternal && !isInside(projectRoot, canonical)) {
    throw new AgentBrainError(
      'FOLDER_OUTSIDE_PROJECT',
      `The folder ${shown} leads to ${canonical}, which lies outside the project ${projectRoot}`,
      {
        data: { folder_path: folderPath, canonical_path: canonical, project_root: projectRoot },
      },
    );
  }
  return canonical;
}

/** Whether `inner` is `outer` or lies below it; both canonical. */
export function isInside(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

async function canonicalPath(absolute: string, shown: string): Promise<string> {
  try {
    return await fs.realpath(absolute);
  } catch (error) {
    throw invalid(shown, reason(error));
  }
}

async function requireReadableDirectory(canonical: string, shown: string): Promise<void> {
  try {
    const directory = await fs.opendir(canonical);
    await directory.close();
  } catch (error) {
    throw invalid(shown, reason(error));
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a directory',
  EACCES: 'it cannot be read (permission denied)',
  EPERM: 'it cannot be read (permission denied)',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'a part of the path is too long',
};

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return REASONS[code] ?? `it cannot be read (${code})`;
}

const invalid = (shown: string, why: string): AgentBrainError =>
  new AgentBrainError('FOLDER_INVALID', `The folder ${shown} cannot be indexed — ${why}`);
