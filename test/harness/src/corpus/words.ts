import { type Random, seededRandom } from '../random/index.ts';

/** Words that programs are full of, the most frequent ones first. */
const common =
  'get set value name index data list type key path file read write error result option config node item count size start end state user id text line code parse build make find create update remove add map filter reduce load save open close send receive request response handler event queue job worker thread lock token session cache store record table row column field query search match score rank chunk segment block buffer stream byte string number boolean array object class method function module package import export default return async await promise callback timeout retry delay interval clock time date format render view template style color width height offset position range limit page cursor scroll window document element attribute property schema model entity relation graph edge vertex tree leaf branch root parent child sibling depth level order sort compare equal hash digest encode decode compress expand archive version release deploy server client host port address url route method header body status health metric counter gauge histogram trace span log level warn info debug fatal panic assert expect test fixture mock stub plugin hook middleware filter guard policy rule permission role account profile password secret credential certificate signature verify validate sanitize escape quote trim split join concat slice splice push pop shift merge clone copy move rename delete insert replace append prepend'.split(
    ' ',
  );

const onsets = 'b br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl sp st t tr v w z'.split(' ');
const vowels = 'a e i o u ai ea ee ou io'.split(' ');
const codas = ['', 'n', 'r', 's', 't', 'l', 'm', 'ck', 'nd', 'st', 'x', 'rk'];

export interface Vocabulary {
  /** A word, drawn as words are drawn in real texts: the n-th of them one n-th as often as the first (Zipf). */
  readonly word: () => string;
  /** By rank, the most frequent one first. */
  readonly words: readonly string[];
}

/** Draws are prepared in a table of so many places, which is faster than a power for each. */
const PLACES = 2 ** 18;

/** As many different words as asked for: those above, then made-up ones that can be pronounced. `random` is for the draws. */
export function makeVocabulary(random: Random, { size, seed }: { size: number; seed: number }): Vocabulary {
  const words = makeWords(seededRandom(seed), size);
  const places = Uint32Array.from({ length: PLACES }, (_, place) => Math.floor(size ** ((place + 0.5) / PLACES)) - 1);
  return { words, word: () => words[places[random.below(PLACES)] as number] as string };
}

function makeWords(random: Random, size: number): string[] {
  const words = [...new Set(common)];
  const known = new Set(words);
  while (words.length < size) {
    const syllables = 1 + random.below(3);
    let word = '';
    for (let n = 0; n < syllables; n += 1) word += random.pick(onsets) + random.pick(vowels);
    word += random.pick(codas);
    if (known.has(word)) continue;
    known.add(word);
    words.push(word);
  }
  return words;
}
