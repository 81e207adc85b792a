/**
 * M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980): forms of one English word become one
 * term (`serialized`, `serializer`, `serialization` → `serial`), so that a question finds code that says the
 * same in another form. What it makes need not be a word, and is not always its own stem.
 * @param word lower-case ASCII letters
 */
export function stemWord(word: string): string {
  if (word.length < SHORTEST) return word;
  let stem = withoutVerbEnding(withoutPlural(word));
  if (stem.endsWith('y') && hasVowel(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`;
  stem = replaceFirst(stem, afterPlural, 0);
  stem = replaceFirst(stem, afterSuffix, 0);
  return withoutFinalE(withoutLastEnding(stem));
}

/** Shorter words have no ending that could go. */
const SHORTEST = 3;
const CONSONANT = 0;
const VOWEL = 1;
const A = 0x61;
const Y = 0x79;
const LETTERS = 26;
const vowels = Uint8Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => ('aeiou'.includes(letter) ? VOWEL : CONSONANT));

type Replacement = readonly [ending: string, by: string];
/** By the code of the last letter of the endings, in the order they are tried. */
type Replacements = readonly (readonly Replacement[])[];

const afterPlural: Replacements = pairs(
  'ational:ate tional:tion enci:ence anci:ance izer:ize abli:able alli:al entli:ent eli:e ousli:ous ization:ize ation:ate ator:ate ' +
    'alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble',
);
const afterSuffix: Replacements = pairs('icate:ic ative: alize:al iciti:ic ical:ic ful: ness:');
const lastEndings: Replacements = pairs('ement: ance: ence: able: ible: ment: ant: ent: ism: ate: iti: ous: ive: ize: al: er: ic: ou:');

function pairs(text: string): Replacements {
  const all = text.split(' ').map((pair) => pair.split(':') as unknown as Replacement);
  return Array.from({ length: LETTERS }, (_, letter) => all.filter(([ending]) => ending.charCodeAt(ending.length - 1) === A + letter));
}

function withoutPlural(word: string): string {
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** `agreed` → `agree`, `hopping` → `hop`, `filing` → `file`. */
function withoutVerbEnding(word: string): string {
  if (word.endsWith('eed')) return syllables(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const stem = word.endsWith('ed') ? word.slice(0, -2) : word.endsWith('ing') ? word.slice(0, -3) : word;
  if (stem === word || !hasVowel(stem)) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDouble(stem) && !/[lsz]$/.test(stem)) return stem.slice(0, -1);
  return syllables(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

/** The first ending that fits decides, whether it then goes or stays. */
function replaceFirst(word: string, replacements: Replacements, moreThan: number): string {
  const fitting = replacements[word.charCodeAt(word.length - 1) - A];
  if (fitting === undefined) return word;
  for (const [ending, by] of fitting) {
    if (!word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    return syllables(stem) > moreThan ? stem + by : word;
  }
  return word;
}

function withoutLastEnding(word: string): string {
  if (/[st]ion$/.test(word)) return syllables(word.slice(0, -3)) > 1 ? word.slice(0, -3) : word;
  return replaceFirst(word, lastEndings, 1);
}

function withoutFinalE(word: string): string {
  let stem = word;
  if (stem.endsWith('e')) {
    const before = stem.slice(0, -1);
    const count = syllables(before);
    if (count > 1 || (count === 1 && !endsShort(before))) stem = before;
  }
  return stem.endsWith('ll') && syllables(stem) > 1 ? stem.slice(0, -1) : stem;
}

/** Porter's measure: how often a vowel is followed by a consonant. */
function syllables(word: string): number {
  let count = 0;
  let before = CONSONANT;
  for (let index = 0; index < word.length; index++) {
    const kind = kindAt(word, index, before);
    if (kind === CONSONANT && before === VOWEL) count++;
    before = kind;
  }
  return count;
}

function hasVowel(word: string): boolean {
  let before = CONSONANT;
  for (let index = 0; index < word.length; index++) {
    before = kindAt(word, index, before);
    if (before === VOWEL) return true;
  }
  return false;
}

/** A `y` after a consonant sounds as a vowel; at the beginning of a word it does not. */
function kindAt(word: string, index: number, before: number): number {
  const letter = word.charCodeAt(index);
  if (vowels[letter - A] === VOWEL) return VOWEL;
  return letter === Y && index > 0 && before === CONSONANT ? VOWEL : CONSONANT;
}

const endsDouble = (word: string): boolean => word.length > 1 && word.at(-1) === word.at(-2) && !/[aeiou]$/.test(word);

/** Consonant, vowel, consonant, the last not w, x or y: `hop`, not `snow`. */
const endsShort = (word: string): boolean => /(?:^|[^aeiou])[aeiouy][^aeiouwxy]$/.test(word) && word.length > 2;
