import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { areaOf } from './changed-areas.ts';

/**
 * What belongs to the repository, or to these areas of it (`changed-areas.ts`): every file that git tracks or would list as untracked, relative to
 * `root`, sorted. This list, not a tool's own glob, decides what a check has to have seen.
 */
export function trackedFiles(root: string, areas?: readonly string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  const isWanted = (file: string): boolean => areas === undefined || areas.includes(areaOf(file));
  return [...new Set(listed.split('\0'))].filter((file) => file !== '' && isWanted(file) && existsSync(path.join(root, file))).toSorted();
}

const hasExtension =
  (...extensions: string[]) =>
  (file: string): boolean =>
    extensions.includes(path.extname(file));

/** AssemblyScript, which only looks like TypeScript: its own compiler checks it (`kernel.ts`). */
const isKernel = (file: string): boolean => file.startsWith('packages/search/kernel/');

const isTypeScriptName = hasExtension('.ts');
const isScriptName = hasExtension('.ts', '.js', '.mjs', '.cjs');
export const isTypeScript = (file: string): boolean => isTypeScriptName(file) && !isKernel(file);
export const isScript = (file: string): boolean => isScriptName(file) && !isKernel(file);
export const isTest = (file: string): boolean => /\.(test|contract|fixture)\.ts$|(^|\/)fixtures\//.test(file);
