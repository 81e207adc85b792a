const patterns = {
  legacy: /^(compat|_compat|compatibility|legacy|deprecated|obsolete)$/,
  examples: /^(examples?|_examples|samples?|demos?|docs?_src|playgrounds?|tutorials?|snippets?|bench|benches|benchmarks?)$/,
  documents: /^(docs?|documentation|website|www)$/,
  vendored: /^(vendor|vendored|third[_-]?party|external|node_modules|single_include|dist|deps|extern)$/,
} as const;

/** What a folder is for, told from the names on its path. */
export type FolderKind = keyof typeof patterns;

const kinds = Object.entries(patterns) as [FolderKind, RegExp][];

/** @param names of the folders on the path to a file */
export function kindsOfFolder(names: readonly string[]): readonly FolderKind[] {
  const lower = names.map((name) => name.toLowerCase());
  return kinds.flatMap(([kind, pattern]) => (lower.some((name) => pattern.test(name)) ? [kind] : []));
}

/** Whether one name alone says so of a file or a folder. */
export const isOfKind = (name: string, kind: FolderKind): boolean => patterns[kind].test(name);
