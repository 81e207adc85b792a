import { AgentBrainError } from '@agent-brain/contract/errors';
import { nearestName } from '@agent-brain/contract/names';
import { languages } from './language-table.ts';

const idByWord = new Map(languages.flatMap((language) => [language.id, ...language.aliases].map((word) => [word, language.id] as const)));

/**
 * The languages a filter means: aliases (`ts`, `c++`, `shell`) and dialects (`typescript` takes `tsx`
 * too, `css` takes `scss`) resolved, case ignored. An empty list is no filter: `null`.
 * @throws AgentBrainError `REQUEST_INVALID` for a word that names no language
 */
export function resolveLanguages(words: readonly string[]): ReadonlySet<string> | null {
  if (words.length === 0) return null;
  const wanted = new Set<string>();
  for (const word of words) {
    const id = idByWord.get(word.trim().toLowerCase());
    if (id === undefined) {
      const near = nearestName(word.trim(), [...idByWord.keys()]);
      throw new AgentBrainError('REQUEST_INVALID', `No language is called ${JSON.stringify(word)}`, {
        hint: `${near === undefined ? '' : `Did you mean ${near}? `}Known are: ${languageIds.join(', ')}.`,
      });
    }
    wanted.add(id);
    for (const language of languages) if (language.dialectOf === id) wanted.add(language.id);
  }
  return wanted;
}

/** All language ids, sorted. */
export const languageIds: readonly string[] = languages.map((language) => language.id).sort();
