import { seededRandom } from '@agent-brain/test-harness/random';
import { readText, someFiles } from './corpora.ts';

const SAMPLED_FILES = 400;

/**
 * Questions as agents and people ask them, of words that occur in the tree: one identifier, two identifiers, some words,
 * a sentence. The same ones each time.
 */
export function makeQuestions(root: string, count: number): string[] {
  const occurrences = new Map<string, number>();
  for (const file of someFiles(root, SAMPLED_FILES)) {
    const found = new Set(readText(file).match(/[A-Za-z_][A-Za-z0-9_]{3,30}/g));
    for (const identifier of found) occurrences.set(identifier, (occurrences.get(identifier) ?? 0) + 1);
  }
  const byFrequency = [...occurrences].toSorted(([a, many], [b, few]) => few - many || (a < b ? -1 : 1)).map(([identifier]) => identifier);
  const words = [...new Set(byFrequency.flatMap((identifier) => identifier.toLowerCase().match(/[a-z]{4,}/g) ?? []))];
  if (words.length < 20) throw new Error(`${root} has too few words to ask for`);
  const random = seededRandom(7);
  // The middle of the frequencies is where questions come from: neither `return` nor what stands once.
  const from = (list: readonly string[], low: number, high: number): string =>
    list[Math.floor(list.length * (low + random() * (high - low)))] as string;
  const kinds = [
    () => from(byFrequency, 0.02, 0.6),
    () => `${from(byFrequency, 0.01, 0.3)} ${from(byFrequency, 0.05, 0.6)}`,
    () => `${from(words, 0, 0.1)} ${from(words, 0.02, 0.4)} ${from(words, 0.1, 0.8)}`,
    () => `where is the ${from(words, 0, 0.1)} of a ${from(words, 0.02, 0.3)} ${from(words, 0.05, 0.6)} decided`,
  ];
  return Array.from({ length: count }, (_, n) => (kinds[n % kinds.length] as () => string)());
}
