import { readFileSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type GitListing, listWithGit } from './git-listing.ts';
import { runGit } from './git-process.ts';
import { repositoryAround } from './repository-border.ts';

/** A repository that git works in. */
export interface GitRepository {
  /** Absolute path of the work tree. */
  readonly top: string;
  readonly indexFile: string;
  /** File of the user's own excludes, which need not exist. */
  readonly excludesFile: string | null;
  /** `core.ignoreCase`: rules match without regard to the case of ASCII letters. */
  readonly ignoresCase: boolean;
}

/** What a directory with a `.git` of its own is to the repository around it. */
export type Border = 'submodule' | 'nested' | 'plain';

/** Longest time for one question to git, in milliseconds. */
const timeoutMs = 10_000;
/** Answers kept; above that all are forgotten. */
const maxKept = 1_000;
/** A larger file of excludes is not read, in bytes. */
const maxExcludesBytes = 1_000_000;

/**
 * What only git knows of a repository, asked when it is needed and kept for as long as the files it comes
 * from stay as they are. Lets single paths be decided without a listing of the whole repository.
 */
export class RepositoryFacts {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #kept = new Map<string, { stamp: string; value: Promise<unknown> }>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** Questions to git whose answers are kept. */
  get size(): number {
    return this.#kept.size;
  }

  forget(): void {
    this.#kept.clear();
  }

  /** The repository a directory lies in; null where there is none, or none that git works in. */
  repository(directory: string): Promise<GitRepository | null> {
    const around = repositoryAround(directory);
    if (around === null) return Promise.resolve(null);
    const stamp = `${stampOf(join(around, '.git'), 'identity')} ${stampOf(join(around, '.git', 'config'))}`;
    return this.#keep(`repository ${directory}`, stamp, () => this.#askRepository(directory));
  }

  /** Text of the user's own excludes. */
  excludesOf({ excludesFile }: GitRepository): string {
    try {
      if (excludesFile === null || statSync(excludesFile).size > maxExcludesBytes) return '';
      return readFileSync(excludesFile, 'utf8');
    } catch {
      return '';
    }
  }

  /**
   * Tracked files of a directory, as paths relative to the top.
   * @param directory relative to the top, `''` for itself
   * @param isDeep with those beneath
   */
  tracked(repository: GitRepository, directory: string, isDeep: boolean): Promise<ReadonlySet<string>> {
    const pathspec = isDeep ? `:(top,literal)${directory}` : `:(top,glob)${directory === '' ? '' : `${escapeGlob(directory)}/`}*`;
    return this.#keep(`tracked ${repository.top} ${pathspec}`, stampOf(repository.indexFile), async () => {
      const listing = await this.#list(repository, 'tracked', pathspec);
      return new Set(listing.paths);
    });
  }

  /**
   * Directories that hold a tracked file which the rules would leave out, in them or beneath, relative to the top.
   * Comes from the rules too: {@link RepositoryFacts.forget} when they have changed.
   */
  keptDirectories(repository: GitRepository): Promise<ReadonlySet<string>> {
    return this.#keep(`kept ${repository.top}`, stampOf(repository.indexFile), async () => {
      const { paths } = await this.#list(repository, 'kept', ':(top)');
      const directories = new Set<string>();
      for (const path of paths)
        for (let at = path.lastIndexOf('/'); at > 0 && !directories.has(path.slice(0, at)); at = path.lastIndexOf('/', at - 1))
          directories.add(path.slice(0, at));
      return directories;
    });
  }

  /** What a directory that holds a `.git` is to the repository around it. @param directory relative to the top */
  border(repository: GitRepository, directory: string): Promise<Border> {
    const stamp = `${stampOf(repository.indexFile)} ${stampOf(join(repository.top, directory, '.git'), 'identity')}`;
    return this.#keep(`border ${repository.top} ${directory}`, stamp, async () => {
      const { paths } = await this.#list(repository, 'listed', `:(top,literal)${directory}`);
      if (paths.includes(directory)) return 'submodule';
      return paths.includes(`${directory}/`) ? 'nested' : 'plain';
    });
  }

  async #list(repository: GitRepository, selection: 'listed' | 'tracked' | 'kept', pathspec: string): Promise<GitListing> {
    const listing = await listWithGit(repository.top, { env: this.#env, timeoutMs, selection, pathspecs: [pathspec] });
    return listing.kind === 'listed' ? listing : { kind: 'listed', paths: [] };
  }

  async #askRepository(directory: string): Promise<GitRepository | null> {
    const ask = async (...args: string[]): Promise<string | null> => {
      const pieces: Buffer[] = [];
      const end = await runGit(directory, args, (data) => pieces.push(data), { env: this.#env, timeoutMs });
      return end.kind === 'ended' ? Buffer.concat(pieces).toString('utf8') : null;
    };
    const [places, excludes, ignoresCase] = await Promise.all([
      // The way up is written with `../` alone, so that the last line end but one ends the first path, whatever it holds.
      ask('rev-parse', '--absolute-git-dir', '--show-cdup'),
      ask('config', '-z', '--type=path', '--get', 'core.excludesFile'),
      ask('config', '-z', '--type=bool', '--get', 'core.ignoreCase'),
    ]);
    const found = places === null ? null : /^([^]*)\n((?:\.\.\/)*)\n$/.exec(places);
    if (found === null) return null;
    const [, gitDirectory, wayUp] = found as unknown as [string, string, string];
    return {
      top: resolve(directory, wayUp),
      indexFile: join(gitDirectory, 'index'),
      excludesFile: excludes === null ? this.#defaultExcludes() : (/^[^\0]+/.exec(excludes)?.[0] ?? null),
      ignoresCase: ignoresCase?.startsWith('true') === true,
    };
  }

  /** "If $XDG_CONFIG_HOME is either not set or empty, $HOME/.config/git/ignore is used instead" (gitignore(5)). */
  #defaultExcludes(): string | null {
    const { XDG_CONFIG_HOME: configHome, HOME: home } = this.#env;
    if (configHome !== undefined && isAbsolute(configHome)) return join(configHome, 'git', 'ignore');
    return home !== undefined && isAbsolute(home) ? join(home, '.config', 'git', 'ignore') : null;
  }

  #keep<Value>(key: string, stamp: string, ask: () => Promise<Value>): Promise<Value> {
    const known = this.#kept.get(key);
    if (known?.stamp === stamp) return known.value as Promise<Value>;
    if (this.#kept.size >= maxKept) this.#kept.clear();
    const value = ask();
    this.#kept.set(key, { stamp, value });
    value.catch(() => this.#kept.delete(key));
    return value;
  }
}

/** Changes whenever the file does; `identity` only when it is another one. */
function stampOf(file: string, part: 'content' | 'identity' = 'content'): string {
  let stat: Stats | undefined;
  try {
    stat = statSync(file, { throwIfNoEntry: false });
  } catch {
    return 'unreadable';
  }
  if (stat === undefined) return 'none';
  return part === 'identity' ? `${stat.dev}:${stat.ino}` : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`;
}

const escapeGlob = (path: string): string => path.replaceAll(/[\\*?[\]]/g, '\\$&');
