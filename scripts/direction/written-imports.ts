/**
 * The specifiers that a source file imports statically, read from its text. A second pair of eyes
 * for the cruiser: a parser that quietly fails on a file reports no imports for it.
 */
export function writtenImports(source: string): string[] {
  const statements = source.matchAll(
    /^(?:import\s+|(?:import|export)\s+(?:type\s+)?(?:[\w$]+\s*,?\s*)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})?\s*from\s+)'([^'\n]+)'/gm,
  );
  return [...new Set([...statements].map((match) => match[1] ?? ''))];
}
