import { type GitOptions, type GitRefusal, runGit } from './git-process.ts';

export interface GitListing {
  readonly kind: 'listed';
  /** Relative to the directory git ran in. A trailing `/` marks a repository inside; a gitlink is a plain path of a directory. */
  readonly paths: string[];
}

/**
 * Which files; `listed` are those that git tracks or would list as untracked and not ignored: `tracked` and
 * `untracked`. `ignored`: what the ignore rules leave out, whole directories as one path with `/` at its end. `kept`: what is tracked
 * although the rules would leave it out.
 */
const selections = {
  listed: ['--cached', '--others', '--exclude-standard'],
  tracked: ['--cached'],
  untracked: ['--others', '--exclude-standard'],
  ignored: ['--others', '--ignored', '--exclude-standard', '--directory'],
  kept: ['--cached', '--ignored', '--exclude-standard'],
} as const;

/**
 * Files of the repository of `directory`, those beneath it or those of the pathspecs, without those of submodules.
 * @throws as {@link runGit}
 */
export async function listWithGit(
  directory: string,
  options: GitOptions & { readonly selection?: keyof typeof selections; readonly pathspecs?: readonly string[] },
): Promise<GitListing | GitRefusal> {
  const { selection = 'listed', pathspecs = [], ...git } = options;
  const paths: string[] = [];
  let rest: Buffer | null = null;
  const take = (data: Buffer): void => {
    rest = takePaths(rest === null ? data : Buffer.concat([rest, data]), paths);
  };
  const end = await runGit(directory, ['ls-files', '-z', ...selections[selection], '--', ...pathspecs], take, git);
  if (end.kind === 'refused') return end;
  return rest === null ? { kind: 'listed', paths } : { kind: 'refused', reason: 'git ended with 0 in the middle of a path' };
}

/** Decodes all whole paths of `data` into `paths`; what follows the last NUL is given back. */
function takePaths(data: Buffer, paths: string[]): Buffer | null {
  const end = data.lastIndexOf(0);
  if (end < 0) return data;
  for (const listed of data.toString('utf8', 0, end).split('\0')) paths.push(listed);
  return end + 1 === data.length ? null : data.subarray(end + 1);
}
