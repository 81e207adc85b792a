/**
 * The specifiers that a source file imports statically, read from its text. A second pair of eyes
 * for the cruiser: a parser that quietly fails on a file reports no imports for it.
 */
export function writtenImports(source: string): string[] {
  const statements = source.matchAll(/^(?:import|export)\s(?:[^'";]*?\sfrom\s+)?'([^'\n]+)'/gm);
  return [...new Set([...statements].map((match) => match[1] ?? ''))];
}
