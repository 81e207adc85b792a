import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { SkipReason } from '@agent-brain/contract/jobs';
import { readHead } from '../decode/index.ts';
import { kindOfPath, languageOf, maxBytesOf, shebangBytes, sourceTypeOf } from '../languages/index.ts';
import type { FileCandidate, Skip } from './file-candidate.ts';
import { reasonByDirectoryName, reasonByName, repositoryDirectories } from './name-rules.ts';
import { addLevel, isIgnored, type RuleLevel } from './rule-levels.ts';
import { Selection } from './selection.ts';
import type { WalkOptions } from './walk-options.ts';

/** Our own ignore files, at every level; the second wins. Unlike .gitignore they hold for tracked files too. */
const ownIgnoreFiles = ['.ignore', '.agent-brainignore'];

/**
 * Directories further below the base are not entered. Nobody makes a project so deep; what is deeper was made to end the
 * programs that walk it: each level may be a call, a file descriptor, or a part of a path that the system finds too long.
 */
const maxDepth = 200;

type DirectoryVerdict = { readonly isOpen: true; readonly rules: RuleLevel | null } | { readonly isOpen: false };

/** What becomes of a listed path: a file to index, a reason not to, a directory after all, or `null` for nothing to tell. */
export type EntryVerdict = { readonly file: FileCandidate } | { readonly skip: Skip } | { readonly directory: string } | null;

/**
 * Decides about files and directories whoever lists them, so that git and our own walker agree.
 * Paths in and out of this class are relative to {@link EntryFilter.base}, `''` for itself.
 */
export class EntryFilter {
  /** Directory that globs and ignore files count from. */
  readonly base: string;
  readonly #basePrefix: string;
  readonly #options: WalkOptions;
  readonly #isExternal: boolean;
  readonly #selection: Selection;
  readonly #closedPaths: ReadonlySet<string>;
  readonly #directories = new Map<string, DirectoryVerdict>();
  readonly #pendingSkips: Skip[] = [];

  /** @throws AgentBrainError `REQUEST_INVALID` for a bad glob or language */
  constructor(options: WalkOptions) {
    this.#options = options;
    this.#isExternal = options.folder !== options.root && !options.folder.startsWith(withSeparator(options.root));
    this.base = this.#isExternal ? options.folder : options.root;
    this.#basePrefix = withSeparator(this.base);
    this.#selection = new Selection(options);
    this.#closedPaths = new Set([options.stateDir ?? []].flat());
  }

  absolute(path: string): string {
    if (path === '') return this.base;
    // Asked for every file; both are normal already.
    return sep === '/' ? this.#basePrefix + path : join(this.base, path);
  }

  /** Whether a directory is entered, decided from the top down and remembered. */
  isOpen(directory: string): boolean {
    return this.#directory(directory).isOpen;
  }

  /** Skips of directories that were decided since the last call. */
  takeDirectorySkips(): Skip[] {
    return this.#pendingSkips.splice(0);
  }

  /** The skip that stands for a whole directory. */
  directorySkip(directory: string, reason: SkipReason): Skip {
    return { path: `${this.#shownPath(directory)}/`, reason };
  }

  /** Decides about one listed file; the directories above it are looked at first. */
  decide(path: string): EntryVerdict {
    const slash = path.lastIndexOf('/');
    const directory = this.#directory(slash < 0 ? '' : path.slice(0, slash));
    if (!directory.isOpen) return null;
    const name = path.slice(slash + 1);
    const absolutePath = this.absolute(path);
    const skip = (reason: SkipReason): EntryVerdict => ({ skip: { path: this.#shownPath(path), reason } });
    let stat: Stats | undefined;
    try {
      stat = lstatSync(absolutePath, { throwIfNoEntry: false });
    } catch {
      return skip('unreadable');
    }
    // Tracked but deleted is nothing to tell; a name that is not UTF-8 has become another one and cannot be opened.
    if (stat === undefined) return name.includes('\uFFFD') ? skip('unreadable') : null;
    if (stat.isDirectory()) return { directory: path };
    if (this.#selection.excludes(path) || isIgnored(directory.rules, absolutePath, name, false)) return skip('excluded');
    if (stat.isSymbolicLink()) return skip(this.#reasonOfLink(absolutePath));
    if (!stat.isFile()) return skip('special_file');
    return this.#decideFile(path, name, absolutePath, stat);
  }

  #decideFile(path: string, name: string, absolutePath: string, stat: Stats): EntryVerdict {
    const skip = (reason: SkipReason): EntryVerdict => ({ skip: { path: this.#shownPath(path), reason } });
    const isNamed = this.#selection.names(path);
    const byName = reasonByName(name);
    if (byName === 'secret' || (byName !== null && !isNamed)) return skip(byName);
    if (kindOfPath(name).kind === 'binary') return skip('binary');
    if (stat.size === 0) return skip('empty');
    const needsHead = name.lastIndexOf('.') <= 0 && languageOf(name) === 'text';
    const language = languageOf(name, needsHead ? readHead(absolutePath, shebangBytes) : undefined) ?? 'text';
    if (stat.size > maxBytesOf(language, this.#options.maxFileBytes, isNamed)) return skip('too_large');
    if (!this.#selection.includes(path)) return skip('excluded');
    const sourceType = sourceTypeOf(path, language);
    if (!this.#selection.takes({ language, sourceType })) return skip('excluded');
    const { size: sizeBytes, mtimeMs, ctimeMs, ino } = stat;
    const file = { path: this.#shownPath(path), absolutePath, sizeBytes, mtimeMs, ctimeMs, ino, language, sourceType };
    return { file: isNamed ? { ...file, isNamed } : file };
  }

  #directory(path: string): DirectoryVerdict {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    if (isTooDeep(path)) return this.#tooDeep(path);
    const verdict = path === '' ? this.#opened(null, this.base) : this.#decideDirectory(path);
    this.#directories.set(path, verdict);
    return verdict;
  }

  /** Told once, of the topmost directory that is too deep; those beneath it are not remembered. */
  #tooDeep(path: string): DirectoryVerdict {
    const closed: DirectoryVerdict = { isOpen: false };
    const top = path.split('/', maxDepth + 1).join('/');
    if (this.#directories.has(top)) return closed;
    this.#directories.set(top, closed);
    if (this.#directory(dirname(top)).isOpen) this.#pendingSkips.push(this.directorySkip(top, 'too_deep'));
    return closed;
  }

  #decideDirectory(path: string): DirectoryVerdict {
    const slash = path.lastIndexOf('/');
    const parent = this.#directory(slash < 0 ? '' : path.slice(0, slash));
    if (!parent.isOpen) return parent;
    const name = path.slice(slash + 1);
    if (repositoryDirectories.has(name)) return { isOpen: false };
    const absolutePath = this.absolute(path);
    const reason = this.#reasonOfDirectory(path, name, absolutePath, parent.rules);
    if (reason === null) return this.#opened(parent.rules, absolutePath);
    // A link is listed by itself and told then; what is gone is nothing to tell.
    if (reason !== 'vanished' && !reason.startsWith('symlink')) this.#pendingSkips.push(this.directorySkip(path, reason));
    return { isOpen: false };
  }

  #opened(parent: RuleLevel | null, absolutePath: string): DirectoryVerdict {
    return { isOpen: true, rules: addLevel(parent, absolutePath, ownIgnoreFiles) };
  }

  #reasonOfDirectory(path: string, name: string, absolutePath: string, rules: RuleLevel | null): SkipReason | null {
    if (this.#closedPaths.has(absolutePath) || isStateDir(name, absolutePath)) return 'excluded';
    if (this.#selection.excludesDirectory(path) || isIgnored(rules, absolutePath, name, true)) return 'excluded';
    let stat: Stats | undefined;
    try {
      stat = lstatSync(absolutePath, { throwIfNoEntry: false });
    } catch {
      return 'unreadable';
    }
    if (stat === undefined) return name.includes('\uFFFD') ? 'unreadable' : 'vanished';
    // The index of a repository may name files beneath what has become a link to anywhere.
    if (stat.isSymbolicLink()) return this.#reasonOfLink(absolutePath);
    return stat.isDirectory() ? reasonByDirectoryName(name) : 'vanished';
  }

  #reasonOfLink(absolutePath: string): SkipReason {
    let target: string;
    try {
      target = realpathSync.native(absolutePath);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ELOOP') return 'symlink_loop';
      return code === 'ENOENT' || code === 'ENOTDIR' ? 'vanished' : 'unreadable';
    }
    if (withSeparator(dirname(absolutePath)).startsWith(withSeparator(target))) return 'symlink_loop';
    return target === this.base || target.startsWith(withSeparator(this.base)) ? 'symlink' : 'symlink_outside';
  }

  #shownPath(path: string): string {
    const shown = this.#isExternal ? this.absolute(path) : path;
    return sep === '/' ? shown : shown.replaceAll(sep, '/');
  }
}

/** Of this program and of the one before it. */
const isStateDir = (name: string, absolutePath: string): boolean =>
  (name === 'agent-brain' || name === 'doc-serve') && absolutePath.endsWith(`${sep}.claude${sep}${name}`);

const withSeparator = (path: string): string => (path.endsWith(sep) ? path : path + sep);

function isTooDeep(path: string): boolean {
  let depth = path === '' ? 0 : 1;
  for (let at = path.indexOf('/'); at >= 0 && depth <= maxDepth; at = path.indexOf('/', at + 1)) depth += 1;
  return depth > maxDepth;
}
