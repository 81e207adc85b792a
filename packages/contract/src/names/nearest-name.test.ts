import { configKeyNames } from '../config/index.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

test.each([
  ['chunksize', 'chunk_size'],
  ['Chunk-Size', 'chunk_size'],
  ['prot', 'port'],
  ['queue.timeout', 'queue.timeout_s'],
  ['idle_minutes_stop', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
])('%s → %s', (given, meant) => {
  expect(nearestName(given, configKeyNames)).toBe(meant);
});

test('one wrong letter never hides a name of more than three letters', () => {
  fc.assert(
    fc.property(fc.constantFrom(...configKeyNames), fc.nat(), fc.constantFrom('', 'q', 'qq'), (name, at, instead) => {
      const place = at % name.length;
      const given = name.slice(0, place) + instead + name.slice(place + 1);
      if (name.length > 3 && instead !== 'qq') expect(nearestName(given, [name])).toBe(name);
    }),
  );
});
