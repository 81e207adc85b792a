import { relative, sep } from 'node:path';
import { enterDirectory, type Listed, type OpenDirectory, rulesWithin, startDirectory } from './directory-listing.ts';
import { EntryFilter, type EntryVerdict } from './entry-filter.ts';
import type { WalkBatch } from './file-candidate.ts';
import { repositoryDirectories } from './name-rules.ts';
import { repositoryMark } from './repository-border.ts';
import type { GitRepository, RepositoryFacts } from './repository-facts.ts';
import { listInRepository } from './repository-listing.ts';
import { addLevel, isIgnored, type RuleLevel } from './rule-levels.ts';
import { inTurns, listOurselves, listRepository, walkListed } from './walk-folder.ts';
import type { WalkOptions } from './walk-options.ts';

/** How the files of a directory come into the listing of the folder. */
type Place =
  /** As git would list them: what the rules do not ignore, and what is tracked. */
  | { readonly by: 'git'; readonly repository: GitRepository; readonly rules: RuleLevel | null }
  /** Only what is tracked: a directory at or above this one is ignored. */
  | { readonly by: 'tracking'; readonly repository: GitRepository; readonly ignored: string }
  /** As we list them ourselves. */
  | { readonly by: 'us'; readonly directory: OpenDirectory; readonly rules: RuleLevel | null }
  | { readonly by: 'nobody' };

const nowhere: Place = { by: 'nobody' };

/**
 * What a walk of the folder would say of some of its paths, without a walk of all of it: the cost depends on
 * the paths alone. What the index has of them (what is tracked though ignored, which directory is a submodule) is kept
 * in `facts`.
 * Made for one moment: it remembers what it has read.
 */
export class FolderView {
  readonly #options: WalkOptions;
  readonly #facts: RepositoryFacts;
  readonly #filter: EntryFilter;
  /** Relative to the filter's base, as all paths here. */
  readonly #folder: string;
  readonly #places = new Map<string, Promise<Place>>();

  /** @throws AgentBrainError `REQUEST_INVALID` for a bad glob or language */
  constructor(options: WalkOptions, facts: RepositoryFacts) {
    this.#options = options;
    this.#facts = facts;
    this.#filter = new EntryFilter(options);
    this.#folder = this.#relative(options.folder);
  }

  /** Decides about a path beneath the folder; null when a walk would not tell of it. */
  async judge(absolutePath: string): Promise<EntryVerdict> {
    const path = this.#relative(absolutePath);
    const verdict = this.#filter.decide(path);
    this.#filter.takeDirectorySkips();
    if (verdict === null || 'directory' in verdict) return verdict;
    return (await this.#isListed(path)) ? verdict : null;
  }

  /** Whether a walk looks for files in a directory, the folder itself or one beneath it. */
  async enters(absolutePath: string): Promise<boolean> {
    const path = this.#relative(absolutePath);
    const isOpen = this.#filter.isOpen(path);
    this.#filter.takeDirectorySkips();
    if (path === this.#folder) return true;
    if (!isOpen || this.#options.recursive === false) return false;
    const place = await this.#placeOf(path);
    if (place.by !== 'tracking') return place.by !== 'nobody';
    const kept = await this.#facts.keptDirectories(place.repository);
    return kept.has(relativePath(place.repository.top, this.#filter.absolute(path)));
  }

  /**
   * Changes when git's index makes a walk enter other directories than before, without a change of any rule: something
   * ignored is tracked now, or a repository inside has become a submodule.
   * @param top of a repository, absolute
   * @param inner absolute paths of directories beneath it that hold a `.git`
   */
  async indexStamp(top: string, inner: readonly string[]): Promise<string> {
    const repository = await this.#facts.repository(top);
    if (repository === null) return '';
    const kept = [...(await this.#facts.keptDirectories(repository))].sort();
    const borders: string[] = [];
    for (const directory of inner) borders.push(await this.#facts.border(repository, relativePath(repository.top, directory)));
    return JSON.stringify([kept, borders]);
  }

  /** As `walkFolder`, over one directory beneath the folder. */
  async *walk(absolutePath: string): AsyncGenerator<WalkBatch, void> {
    const path = this.#relative(absolutePath);
    yield* walkListed(this.#filter, this.#list(path), this.#options, this.#facts);
  }

  async *#list(path: string): AsyncGenerator<Listed> {
    if (path === this.#folder) {
      yield* listRepository(this.#filter, path, this.#options, this.#facts);
      return;
    }
    if (this.#options.recursive === false || !this.#filter.isOpen(path)) return;
    const place = await this.#placeOf(path);
    if (place.by === 'nobody') return;
    if (place.by === 'us') {
      yield* listOurselves(this.#filter, place.directory, this.#options);
      return;
    }
    const { top } = place.repository;
    const inRepository = relativePath(top, this.#filter.absolute(path));
    if (inRepository === '') {
      yield* listRepository(this.#filter, path, this.#options, this.#facts);
      return;
    }
    const around = { repository: place.repository, facts: this.#facts, isNamed: false };
    yield* inTurns(listInRepository(this.#filter, path, around, this.#options), this.#options);
  }

  async #isListed(path: string): Promise<boolean> {
    const { directory, name } = split(path);
    if (this.#options.recursive === false && directory !== this.#folder) return false;
    const place = await this.#placeOf(directory);
    if (place.by === 'nobody') return false;
    const absolute = this.#filter.absolute(path);
    if (place.by === 'us') return name !== '.git' && !isIgnored(place.rules, absolute, name, false);
    const { repository } = place;
    if (name === '.git') return false;
    if (place.by === 'git' && !isIgnored(place.rules, absolute, name, false)) return true;
    const tracked =
      place.by === 'tracking'
        ? await this.#facts.tracked(repository, relativePath(repository.top, this.#filter.absolute(place.ignored)), true)
        : await this.#facts.tracked(repository, relativePath(repository.top, this.#filter.absolute(directory)), false);
    return tracked.has(relativePath(repository.top, absolute));
  }

  #placeOf(directory: string): Promise<Place> {
    let place = this.#places.get(directory);
    if (place === undefined) this.#places.set(directory, (place = this.#findPlace(directory)));
    return place;
  }

  async #findPlace(directory: string): Promise<Place> {
    if (directory === this.#folder) return this.#placeOfFolder();
    const { directory: above, name } = split(directory);
    const parent = await this.#placeOf(above);
    if (parent.by === 'nobody' || repositoryDirectories.has(name)) return nowhere;
    const absolute = this.#filter.absolute(directory);
    if (parent.by === 'us') {
      const entered = enterDirectory(this.#filter, parent.directory, parent.rules, directory);
      return entered === null ? nowhere : this.#ownPlace(entered);
    }
    if (repositoryMark(absolute) !== 'none') {
      const border = await this.#facts.border(parent.repository, relativePath(parent.repository.top, absolute));
      if (border === 'nested') return nowhere;
      if (border === 'submodule') return this.#placeOfRepository(directory);
    }
    if (parent.by === 'tracking') return parent;
    if (isIgnored(parent.rules, absolute, name, true)) return { by: 'tracking', repository: parent.repository, ignored: directory };
    return { by: 'git', repository: parent.repository, rules: within(parent.repository, parent.rules, absolute) };
  }

  /** A submodule is never ignored by rules of its own. */
  async #placeOfRepository(directory: string): Promise<Place> {
    const repository = await this.#facts.repository(this.#filter.absolute(directory));
    if (repository === null) return this.#ownPlace(startDirectory(this.#filter, directory));
    return { by: 'git', repository, rules: within(repository, this.#facts.rulesOf(repository), repository.top) };
  }

  /**
   * Who names an ignored folder means it: where nothing in it is tracked, git lists nothing, and the walk goes
   * through it by itself.
   */
  async #placeOfFolder(): Promise<Place> {
    const folder = this.#filter.absolute(this.#folder);
    const repository = await this.#facts.repository(folder);
    if (repository === null) return this.#ownPlace(startDirectory(this.#filter, this.#folder));
    let rules = within(repository, this.#facts.rulesOf(repository), repository.top);
    let at = repository.top;
    for (const name of folder.slice(repository.top.length).split(sep).filter(Boolean)) {
      at = at.endsWith(sep) ? at + name : at + sep + name;
      if (isIgnored(rules, at, name, true)) {
        const tracked = await this.#facts.tracked(repository, relativePath(repository.top, folder), true);
        if (tracked.size === 0) return this.#ownPlace(startDirectory(this.#filter, this.#folder));
        return { by: 'tracking', repository, ignored: this.#folder };
      }
      rules = within(repository, rules, at);
    }
    return { by: 'git', repository, rules };
  }

  #ownPlace(directory: OpenDirectory): Place {
    return { by: 'us', directory, rules: rulesWithin(this.#filter, directory) };
  }

  #relative(absolute: string): string {
    return relativePath(this.#filter.base, absolute);
  }
}

/** The rules that hold for what lies in a directory of the repository. */
const within = ({ ignoresCase }: GitRepository, rules: RuleLevel | null, directory: string): RuleLevel | null =>
  addLevel(rules, directory, ['.gitignore'], ignoresCase);

const relativePath = (from: string, to: string): string => relative(from, to).split(sep).join('/');

function split(path: string): { directory: string; name: string } {
  const slash = path.lastIndexOf('/');
  return { directory: slash < 0 ? '' : path.slice(0, slash), name: path.slice(slash + 1) };
}
