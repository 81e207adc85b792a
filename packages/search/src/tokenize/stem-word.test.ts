import { describe, expect, test } from 'vitest';
import { stemWord } from './stem-word.ts';

describe('forms of one word have one stem', () => {
  test.each([
    ['connect', 'connected connecting connection connections'],
    ['serial', 'serialize serialized serializer serialization'],
    ['rout', 'route routes routed routing'],
    ['depend', 'dependent dependence'],
    ['valid', 'validate validated validator validation'],
    ['queri', 'query queries'],
    ['pars', 'parse parses parsed parsing'],
  ])('%s', (stem, forms) => {
    expect(forms.split(' ').map(stemWord)).toEqual(forms.split(' ').map(() => stem));
  });
});

// The examples of the paper, one of each rule.
test.each([
  ['caresses', 'caress'],
  ['ponies', 'poni'],
  ['caress', 'caress'],
  ['cats', 'cat'],
  ['feed', 'feed'],
  ['agreed', 'agre'],
  ['plastered', 'plaster'],
  ['bled', 'bled'],
  ['sing', 'sing'],
  ['conflated', 'conflat'],
  ['hopping', 'hop'],
  ['falling', 'fall'],
  ['filing', 'file'],
  ['happy', 'happi'],
  ['sky', 'sky'],
  ['relational', 'relat'],
  ['conditional', 'condit'],
  ['vietnamization', 'vietnam'],
  ['operator', 'oper'],
  ['sensibiliti', 'sensibl'],
  ['triplicate', 'triplic'],
  ['electrical', 'electr'],
  ['goodness', 'good'],
  ['allowance', 'allow'],
  ['replacement', 'replac'],
  ['adoption', 'adopt'],
  ['effective', 'effect'],
  ['probate', 'probat'],
  ['rate', 'rate'],
  ['controll', 'control'],
  ['roll', 'roll'],
])('%s becomes %s', (word, stem) => {
  expect(stemWord(word)).toBe(stem);
});

test('words of fewer than three letters stay', () => {
  expect(['a', 'is', 'ed'].map(stemWord)).toEqual(['a', 'is', 'ed']);
});
