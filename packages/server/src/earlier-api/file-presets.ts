/** Endings of the file types that `include_types` of the Python program names. */
const endings: Readonly<Record<string, string>> = {
  python: 'py pyi pyw',
  javascript: 'js jsx mjs cjs',
  typescript: 'ts tsx',
  go: 'go',
  rust: 'rs',
  java: 'java',
  csharp: 'cs',
  pascal: 'pas pp lpr dpr dpk',
  'object-pascal': 'pas pp lpr dpr dpk',
  c: 'c h',
  cpp: 'cpp hpp cc hh',
  web: 'html css scss jsx tsx',
  docs: 'md txt rst pdf',
  text: 'md txt rst',
  pdf: 'pdf',
};
const programming = ['python', 'javascript', 'typescript', 'go', 'rust', 'java', 'csharp', 'pascal', 'c', 'cpp'];

export const presetNames: readonly string[] = [...Object.keys(endings), 'code'];

/** @returns globs; undefined for a name that is no preset */
export function globsOfPreset(name: string): string[] | undefined {
  if (name === 'code') return programming.flatMap((language) => globsOfPreset(language) ?? []);
  return Object.hasOwn(endings, name) ? endings[name]?.split(' ').map((ending) => `*.${ending}`) : undefined;
}
