import { type Stats, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { coreSettings, GITLINK_MODE, indexEntries, nearestRepository, type Repository, runGit } from '@agent-brain/runtime/git';
import { keptDirectories } from './kept-directories.ts';
import { infoExclude, repositoryMark } from './repository-border.ts';
import { addRules, readSmallFile, type RuleLevel } from './rule-levels.ts';

/** A repository, and what its listing hangs on beside its ignore files. */
export interface GitRepository {
  /** Absolute path of the work tree. */
  readonly top: string;
  readonly repository: Repository;
  /** File of the user's own excludes, which need not exist. */
  readonly excludesFile: string | null;
  /** `core.ignoreCase`: rules match without regard to the case of ASCII letters. */
  readonly ignoresCase: boolean;
}

/** What a directory with a `.git` of its own is to the repository around it. */
export type Border = 'submodule' | 'nested' | 'plain';

/** What the index lists below a directory. Paths are relative to the top, `/` between their parts. */
export interface TrackedPaths {
  readonly files: ReadonlySet<string>;
  /** Submodules, and whatever else was added that holds a repository. */
  readonly gitlinks: ReadonlySet<string>;
}

/** Longest time for one question to git, in milliseconds. */
const timeoutMs = 10_000;
/** Answers kept; above that all are forgotten. */
const maxKept = 1_000;

/**
 * What is known of a repository beside its ignore files, read when it is needed and kept for as long as the files it
 * comes from stay as they are. Lets single paths be decided without a listing of the whole repository.
 *
 * Git is not asked about a repository, which is foreign: its index and configuration are read as bounded files. It is
 * asked for the excludes that the user has set for all repositories.
 */
export class RepositoryFacts {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #kept = new Map<string, { stamp: string; value: Promise<unknown> }>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** Questions whose answers are kept. */
  get size(): number {
    return this.#kept.size;
  }

  forget(): void {
    this.#kept.clear();
  }

  /** The repository a directory lies in; null where there is none. */
  repository(directory: string): Promise<GitRepository | null> {
    const repository = nearestRepository(directory);
    if (repository === undefined) return Promise.resolve(null);
    const stamp = `${stampOf(join(repository.workTree, '.git'), 'identity')} ${stampOf(join(repository.commonDir, 'config'))}`;
    return this.#keep(`repository ${directory}`, stamp, () => this.#describe(repository));
  }

  /** Text of the user's own excludes. */
  excludesOf({ excludesFile }: GitRepository): string {
    return excludesFile === null ? '' : (readSmallFile(excludesFile, { followLinks: true }) ?? '');
  }

  /**
   * Tracked files of a directory, as paths relative to the top.
   * @param directory relative to the top, `''` for itself
   * @param isDeep with those beneath
   */
  async tracked(repository: GitRepository, directory: string, isDeep: boolean): Promise<ReadonlySet<string>> {
    return (await this.#tracked(repository, directory, isDeep)).files;
  }

  /** Rules of the user and of the repository, which those of its directories go before. */
  rulesOf(described: GitRepository): RuleLevel | null {
    const { top, ignoresCase, repository } = described;
    return addRules(addRules(null, top, this.excludesOf(described), ignoresCase), top, infoExclude(top, repository), ignoresCase);
  }

  /**
   * Directories that hold a tracked file which the rules would leave out, in them or beneath, relative to the top.
   * Comes from the rules too: {@link RepositoryFacts.forget} when they have changed.
   */
  keptDirectories(repository: GitRepository): Promise<ReadonlySet<string>> {
    return this.#keep(`kept ${repository.top}`, stampOfIndex(repository), async () => {
      const { files } = await trackedPaths(repository, '', true);
      return keptDirectories(repository.top, files, this.rulesOf(repository), repository.ignoresCase);
    });
  }

  /** What a directory that holds a `.git` is to the repository around it. @param directory relative to the top */
  border(repository: GitRepository, directory: string): Promise<Border> {
    const mark = join(repository.top, directory, '.git');
    return this.#keep(`border ${repository.top} ${directory}`, `${stampOfIndex(repository)} ${stampOf(mark, 'identity')}`, async () => {
      const { files, gitlinks } = await this.#tracked(repository, directory, true);
      const own = repositoryMark(join(repository.top, directory));
      if (gitlinks.has(directory)) return own === 'worktree' ? 'nested' : 'submodule';
      return own === 'none' || (own === 'repository' && files.size > 0) ? 'plain' : 'nested';
    });
  }

  #tracked(repository: GitRepository, directory: string, isDeep: boolean): Promise<TrackedPaths> {
    const key = `tracked ${repository.top} ${isDeep ? 'deep' : 'flat'} ${directory}`;
    return this.#keep(key, stampOfIndex(repository), () => trackedPaths(repository, directory, isDeep));
  }

  async #describe(repository: Repository): Promise<GitRepository> {
    const settings = coreSettings(repository.commonDir);
    return {
      top: repository.workTree,
      repository,
      excludesFile: this.#fromHome(settings.get('excludesfile')) ?? (await this.#usersExcludes()),
      ignoresCase: /^(?:true|yes|on|1)$/i.test(settings.get('ignorecase') ?? ''),
    };
  }

  async #usersExcludes(): Promise<string | null> {
    const answer = await runGit(['config', '-z', '--type=path', '--get', 'core.excludesFile'], { env: this.#env, timeoutMs });
    return answer.state === 'ok' ? (/^[^\0]+/.exec(answer.output)?.[0] ?? null) : this.#defaultExcludes();
  }

  #fromHome(file: string | undefined): string | undefined {
    if (file === undefined || file === '') return undefined;
    const { HOME: home } = this.#env;
    const found = file.startsWith('~/') && home !== undefined ? join(home, file.slice(2)) : file;
    return isAbsolute(found) ? found : undefined;
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

/**
 * What the index lists at and below a directory.
 * @param directory relative to the top, `''` for itself
 * @param isDeep with what lies in directories below it
 */
export async function trackedPaths({ repository }: GitRepository, directory: string, isDeep: boolean): Promise<TrackedPaths> {
  const files = new Set<string>();
  const gitlinks = new Set<string>();
  const self = Buffer.from(directory);
  const prefix = Buffer.from(directory === '' ? '' : `${directory}/`);
  for (const { path, mode } of await indexEntries(repository)) {
    const isBelow = path.length > prefix.length && path.subarray(0, prefix.length).equals(prefix);
    const isLink = mode === GITLINK_MODE;
    if (!isBelow && !(isLink && path.equals(self))) continue;
    if (isBelow && !isDeep && path.includes(0x2f, prefix.length)) continue;
    (isLink ? gitlinks : files).add(path.toString('utf8'));
  }
  return { files, gitlinks };
}

const stampOfIndex = ({ repository }: GitRepository): string => stampOf(join(repository.gitDir, 'index'));

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
