import path from 'node:path';
import { isLimitError, limitReason } from './watch-limit.ts';
import type { Coverage } from './watch-source.ts';

/** `limited`: part of it, or all, is not watched for want of watches. */
export interface FolderTrouble {
  readonly kind: 'limited' | 'degraded';
  readonly reason: string;
}

/** Which directories are not watched, why, and what follows; undefined when all are. */
export function coverageReason(folder: string, { watched, missing, examples, code }: Coverage): FolderTrouble | undefined {
  if (missing === 0) return undefined;
  const names = examples.map((directory) => path.relative(folder, directory) || '.').join(', ');
  const rest = missing > examples.length ? `, and ${missing - examples.length} more` : '';
  const what = `${missing} of ${watched + missing} directories of ${folder} (${names}${rest})`;
  const error = Object.assign(new Error(code ?? 'unknown'), { code });
  if (isLimitError(error)) return { kind: 'limited', reason: limitReason(what, error) };
  return {
    kind: 'degraded',
    reason: `${what} are not watched — ${code ?? 'the system did not say why'}; they are compared every minute, and the watch is tried again`,
  };
}
