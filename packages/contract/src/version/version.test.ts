import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PRODUCT_VERSION } from './index.ts';

const packagesDir = path.resolve(import.meta.dirname, '../../..');

test.each(fs.readdirSync(packagesDir))('the version of packages/%s is the product version', (name) => {
  const manifest = JSON.parse(fs.readFileSync(path.join(packagesDir, name, 'package.json'), 'utf8'));
  expect(manifest.version).toBe(PRODUCT_VERSION);
});
