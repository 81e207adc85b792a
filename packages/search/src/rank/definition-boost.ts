import type { RankRule } from './signal.ts';

/** In units of the best text score. A query that is a name asks for its definition before all else. */
const NAME_ASKED = 3;
const NAME_IN_SENTENCE = 1.5;
/** The definition in a file of the same name is the one meant (`Router` in `router.ts`). */
const SAME_STEM = 1.5;
const OTHER_CASE = 0.6;

/**
 * The chunk defines a name the query asks for. Worth .010 on whole trees, most of it on queries that
 * are a name, where BM25 alone is published with .728 and a definition rule with .966.
 */
export const definitionBoost: RankRule = (candidate, { shape, factsOf }) => {
  if (shape.symbols.length === 0 || candidate.definitions.length === 0) return null;
  let best = 0;
  let found = '';
  for (const symbol of shape.symbols) {
    const strength = definitionStrength(candidate.definitions, symbol);
    if (strength > best) [best, found] = [strength, symbol];
  }
  if (best === 0) return null;
  const facts = factsOf(candidate.path);
  const isHome = facts.stem.replaceAll(/[^\p{L}\p{N}]/gu, '') === found.toLowerCase().replaceAll('_', '');
  const value = (shape.isSymbol ? NAME_ASKED : NAME_IN_SENTENCE) * best * (isHome ? SAME_STEM : 1);
  return { rule: 'definition', value, reason: `defines ${found}${isHome ? ' in the file of that name' : ''}` };
};

function definitionStrength(definitions: readonly string[], symbol: string): number {
  if (definitions.includes(symbol)) return 1;
  const lower = symbol.toLowerCase();
  return definitions.some((name) => name.toLowerCase() === lower) ? OTHER_CASE : 0;
}
