import { codeRulesOf } from './rules/index.ts';

/**
 * Names that a single line of code declares by the first rule of its language that matches it, wherever the line stands:
 * the scope of a rule needs the lines around. Empty for a line that declares nothing.
 */
export function declaredNames(language: string, line: string): readonly string[] {
  const at = line.length - line.trimStart().length;
  if (at === line.length) return [];
  for (const rule of codeRulesOf(language).byFirst.of(line.charCodeAt(at))) {
    const found = rule.match(line, at, line.length);
    if (found !== null) return found.names;
  }
  return [];
}
