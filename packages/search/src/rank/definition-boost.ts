import type { ChunkRule } from './signal.ts';

const OTHER_CASE = 0.6;

/** The chunk defines a name the query asks for. Who asks for a name means its definition before all else. */
export const definitionBoost: ChunkRule = (candidate, { shape, constants }) => {
  if (shape.symbols.length === 0 || candidate.definitions.length === 0) return null;
  let best = 0;
  let found = '';
  for (const symbol of shape.symbols) {
    const strength = definitionStrength(candidate.definitions, symbol);
    if (strength > best) [best, found] = [strength, symbol];
  }
  if (best === 0) return null;
  const value = (shape.isSymbol ? constants.nameAsked : constants.nameInSentence) * best;
  return { rule: 'definition', value, reason: `defines ${found}` };
};

function definitionStrength(definitions: readonly string[], symbol: string): number {
  if (definitions.includes(symbol)) return 1;
  const lower = symbol.toLowerCase();
  return definitions.some((name) => name.toLowerCase() === lower) ? OTHER_CASE : 0;
}
