import { expect, test } from 'vitest';
import { compareVersions } from './index.ts';

// The order of Semantic Versioning 2.0.0 §11.
const ascending = [
  '0.0.9',
  '0.1.0-alpha',
  '0.1.0-alpha.1',
  '0.1.0-alpha.beta',
  '0.1.0-beta',
  '0.1.0-beta.2',
  '0.1.0-beta.11',
  '0.1.0-rc.1',
  '0.1.0',
  '0.2.0',
  '0.10.0',
  '1.0.0',
];

test('orders versions as Semantic Versioning does, and build metadata not at all', () => {
  expect(ascending.toReversed().toSorted(compareVersions)).toEqual(ascending);
  expect(compareVersions('1.0.0+linux', '1.0.0+darwin')).toBe(0);
});
