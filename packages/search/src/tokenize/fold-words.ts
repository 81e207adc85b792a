import { splitWord, TOKEN_MAX, WORD_MAX } from './split-word.ts';

const words = /[\p{L}\p{N}_$][\p{L}\p{N}\p{M}_$]*/gu;
/** Sigils, and marks that lost their letter to the word before. */
const edges = /^[$\p{M}]+|\$+$/gu;
const leadingMarks = /^\p{M}+/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
const beyondAscii = /[^\0-\x7f]/;
/** Scripts written without spaces between words, and hangul, whose words carry endings. */
const unspacedRun = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+/g;
const partBorder = /[_$]+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/** Tokens of a run of word characters that are not all ASCII. */
export function foldWords(raw: string, sink: (token: string) => void): void {
  // Compatibility forms may turn into several words (½) or into ASCII (full-width letters).
  for (const [word] of raw.normalize('NFKC').matchAll(words)) {
    if (!beyondAscii.test(word)) for (const token of splitWord(word)) sink(token);
    else splitAtUnspaced(word, sink);
  }
}

function splitAtUnspaced(word: string, sink: (token: string) => void): void {
  let position = 0;
  for (const run of word.matchAll(unspacedRun)) {
    spacedTokens(word.slice(position, run.index), sink);
    pairsOf(run[0], sink);
    position = run.index + run[0].length;
  }
  spacedTokens(word.slice(position), sink);
}

/** Overlapping pairs; a single character is its own token. */
function pairsOf(run: string, sink: (token: string) => void): void {
  if (run.length === 1) sink(run);
  for (let index = 0; index + 1 < run.length; index++) sink(run.slice(index, index + 2));
}

function spacedTokens(raw: string, sink: (token: string) => void): void {
  const word = raw.replace(edges, '');
  if (word.length === 0 || word.length > WORD_MAX) return;
  if (!beyondAscii.test(word)) {
    for (const token of splitWord(word)) sink(token);
    return;
  }
  const whole = fold(word);
  if (!letterOrDigit.test(whole)) return;
  if (whole.length <= TOKEN_MAX) sink(whole);
  const parts = word.split(partBorder).filter((part) => part.length > 0);
  if (parts.length < 2) return;
  for (const part of parts) {
    const token = fold(part);
    if (token.length <= TOKEN_MAX && (token.length > 1 || beyondAscii.test(token))) sink(token);
  }
}

/** Lower-casing may leave a form that normalises further (and the reverse): until nothing changes. A mark without its letter is no token. */
function fold(word: string): string {
  let folded = word.replace(leadingMarks, '');
  for (let round = 0; round < 4; round++) {
    const next = folded.toLowerCase().normalize('NFKC');
    if (next === folded) break;
    folded = next;
  }
  return folded;
}
