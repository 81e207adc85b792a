import type { SourceType } from '@agent-brain/contract/query';
import { compileGlobs, type Globs } from '../globs/index.ts';
import { resolveLanguages } from '../languages/index.ts';
import type { WalkOptions } from './walk-options.ts';

/** The part of {@link WalkOptions} that a person chooses, as opposed to rules that come from the files. */
export type SelectionOptions = Pick<WalkOptions, 'include' | 'exclude' | 'languages' | 'includeCode'>;

/** Which files a request and the configuration choose. Paths count from the project root, or from a folder outside it. */
export class Selection {
  readonly #include: Globs;
  /** Patterns as they were given: one that is the path or the name of a file names it. */
  readonly #named: ReadonlySet<string>;
  readonly #exclude: Globs;
  readonly #languages: ReadonlySet<string> | null;
  readonly #includeCode: boolean;

  /** @throws AgentBrainError `REQUEST_INVALID` for a bad glob or language */
  constructor({ include = [], exclude = [], languages = [], includeCode = true }: SelectionOptions) {
    this.#include = compileGlobs(include);
    this.#named = new Set(include.map((pattern) => pattern.replace(/^\.?\//, '')));
    this.#exclude = compileGlobs(exclude, { wildcardDirectories: true });
    this.#languages = resolveLanguages(languages);
    this.#includeCode = includeCode;
  }

  excludes(path: string): boolean {
    return this.#exclude.matches(path);
  }

  /** Whether all beneath the directory is excluded. */
  excludesDirectory(path: string): boolean {
    return this.#exclude.matchesDirectory(path);
  }

  includes(path: string): boolean {
    return this.#include.isEmpty || this.#include.matches(path);
  }

  /** Whether an include pattern is this file's path or its name, and no wildcard. */
  names(path: string): boolean {
    return this.#named.size > 0 && (this.#named.has(path) || this.#named.has(path.slice(path.lastIndexOf('/') + 1)));
  }

  takes({ language, sourceType }: { language: string; sourceType: SourceType }): boolean {
    return (this.#languages === null || this.#languages.has(language)) && (this.#includeCode || sourceType === 'doc');
  }

  /** The verdict on a file of which everything is known, as a walk would come to it. */
  selects(file: { path: string; language: string; sourceType: SourceType }): boolean {
    return !this.#isInExcluded(file.path) && !this.excludes(file.path) && this.includes(file.path) && this.takes(file);
  }

  #isInExcluded(path: string): boolean {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      if (slash > 0 && this.excludesDirectory(path.slice(0, slash))) return true;
    return false;
  }
}
