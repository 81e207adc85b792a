import type { QueryRequest } from '@agent-brain/contract/query';
import { compileGlobs } from '../globs/index.ts';
import { languageIds, resolveLanguages } from '../languages/index.ts';
import type { IndexView } from '../store/index.ts';

/** Names of files in one question that are looked for. */
const maxNames = 8;
/** Skipped files that are named for one question. */
const maxTold = 3;

/** A path, or a name with an extension; digits alone are a version. */
const fileName = /(?:[\w.@+-]+\/)*[\w@+-][\w.@+-]*\.[A-Za-z][A-Za-z0-9]{0,11}(?![\w/])/g;

/** What the question names is there and not in the index: nothing that is found can be it. */
export function skippedFilesNamed(view: IndexView, { query }: QueryRequest, foundPaths: ReadonlySet<string>): string[] {
  const names = [...new Set(query.match(fileName) ?? [])].slice(0, maxNames).map((name) => name.replace(/^\.\//, ''));
  if (names.length === 0) return [];
  const told = view
    .skipSummaries()
    .flatMap(({ examples }) => examples)
    .filter(({ path }) => !foundPaths.has(path) && names.some((name) => path === name || path.endsWith(`/${name}`)));
  return told
    .slice(0, maxTold)
    .map(({ path, reason }) => `${path} is not in the index (${reason.replaceAll('_', ' ')})${remedyFor(path, reason)}`);
}

/** Reasons that an include pattern overrides. */
const overridable: ReadonlySet<string> = new Set(['generated', 'minified', 'lock_file', 'too_large']);

const remedyFor = (path: string, reason: string): string =>
  overridable.has(reason) ? `; \`agent-brain index --include '**' --include '${path.replaceAll("'", String.raw`'\''`)}'\` takes it in` : '';

/** Filters that let no indexed file through, whatever is asked. Looks at all files: for questions without an answer. */
export function filtersWithoutFiles(view: IndexView, { path_globs: globs = [], languages = [] }: QueryRequest): string[] {
  if (globs.length === 0 && languages.length === 0) return [];
  const files = view.filesBeneath('');
  if (files.length === 0) return [];
  const warnings: string[] = [];
  for (const glob of globs) {
    const compiled = compileGlobs([glob]);
    if (!files.some(({ path }) => compiled.matches(path))) warnings.push(`no indexed file matches the path filter ${JSON.stringify(glob)}`);
  }
  for (const language of languages) {
    const wanted = resolveLanguages([language]);
    if (!files.some((file) => wanted?.has(file.language) === true)) {
      const known = languageIds.filter((id) => files.some((file) => file.language === id));
      warnings.push(`no indexed file is in the language ${JSON.stringify(language)}; there are ${known.join(', ')}`);
    }
  }
  return warnings;
}
