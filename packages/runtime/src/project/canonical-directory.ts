import { constants, realpath as realpathCallback } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { systemCode } from '../files/index.ts';
import type { Environment } from './environment.ts';

/**
 * The canonical absolute form of a directory that a user named: links followed, `.` and `..` gone.
 *
 * @param given absolute, or relative to the working directory
 * @param origin how the user named it, for the message: `--project`
 * @throws AgentBrainError PROJECT_PATH_MISSING, PROJECT_PATH_NOT_DIRECTORY, PROJECT_PATH_UNREADABLE
 */
export async function canonicalDirectory(given: string, environment: Environment, origin?: string): Promise<string> {
  const named = `${origin === undefined ? '' : `${origin} `}"${given}"`;
  if (given === '' || given.includes('\0')) {
    throw new AgentBrainError('PROJECT_PATH_MISSING', `There is no directory ${named} — no path has this form`, { data: { path: given } });
  }
  const absolute = path.isAbsolute(given) ? given : path.join(environment.cwd, given);
  try {
    const canonical = await realpath(absolute);
    const found = await fs.stat(canonical);
    if (!found.isDirectory()) {
      throw new AgentBrainError('PROJECT_PATH_NOT_DIRECTORY', `${named} is not a directory`, { data: { path: canonical } });
    }
    await fs.access(canonical, constants.R_OK | constants.X_OK);
    return canonical;
  } catch (error) {
    throw asPathError(error, named, absolute);
  }
}

/** `realpath(3)`, which also gives the letters' case as stored on file systems that ignore case. */
const realpath = promisify(realpathCallback.native);

function asPathError(error: unknown, named: string, absolute: string): unknown {
  const because = pathErrors[systemCode(error) ?? ''];
  if (because === undefined) return error;
  const [code, why] = because;
  return new AgentBrainError(code, `Cannot use ${named} — ${why}`, { data: { path: absolute }, cause: error });
}

const pathErrors: Record<string, ['PROJECT_PATH_MISSING' | 'PROJECT_PATH_NOT_DIRECTORY' | 'PROJECT_PATH_UNREADABLE', string]> = {
  ENOENT: ['PROJECT_PATH_MISSING', 'it does not exist'],
  ENOTDIR: ['PROJECT_PATH_NOT_DIRECTORY', 'a part of the path is a file'],
  ENAMETOOLONG: ['PROJECT_PATH_MISSING', 'the path is too long'],
  ELOOP: ['PROJECT_PATH_MISSING', 'its symbolic links lead in a circle'],
  EACCES: ['PROJECT_PATH_UNREADABLE', 'permission denied'],
  EPERM: ['PROJECT_PATH_UNREADABLE', 'operation not permitted'],
};
