import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { readUntil } from './count-tokens.ts';
import { GrepReader } from './grep-reading.ts';

test('what is read ends with the file that answers; of none that answers all is read', () => {
  const parts = [
    { path: null, text: 'x'.repeat(8) },
    { path: 'a.go', text: 'x'.repeat(40) },
    { path: 'b.go', text: 'x'.repeat(400) },
  ];
  expect(readUntil(parts, (file) => file === 'a.go')).toEqual({ tokens: 12, found: true });
  expect(readUntil(parts, (file) => file === 'c.go')).toEqual({ tokens: 112, found: false });
});

test('grep lists the files with the most different words first, then reads them, without hidden and binary ones', () => {
  const folder = temporaryDirectory('grep reading');
  mkdirSync(path.join(folder, 'src'));
  writeFileSync(path.join(folder, 'src', 'many.go'), 'lease lease lease\n');
  writeFileSync(path.join(folder, 'src', 'both.go'), 'one\nLease of a Clock\nthree\n');
  writeFileSync(path.join(folder, 'other.go'), 'nothing\n');
  writeFileSync(path.join(folder, '.hidden.go'), 'lease clock\n');
  writeFileSync(path.join(folder, 'data.bin'), 'lease clock\0');
  const parts = new GrepReader(folder).parts('what is the lease of a clock', 2);
  expect(parts).toEqual([
    { path: null, text: 'src/both.go:2\nsrc/many.go:3\n' },
    { path: 'src/both.go', text: 'one\nLease of a Clock' },
    { path: 'src/many.go', text: 'lease lease lease\n' },
  ]);
});
