import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../temporary/index.ts';
import { findProgram } from './index.ts';

test('a program is found in the first folder of PATH that has it as an executable file', () => {
  const root = temporaryDirectory();
  for (const name of ['a', 'b', 'c']) mkdirSync(path.join(root, name));
  mkdirSync(path.join(root, 'a', 'tool'));
  writeFileSync(path.join(root, 'b', 'tool'), 'not executable', { mode: 0o644 });
  writeFileSync(path.join(root, 'c', 'tool'), '');
  chmodSync(path.join(root, 'c', 'tool'), 0o755);
  const searchPath = ['', 'a', 'b', 'c'].map((name) => path.join(root, name)).join(path.delimiter);
  expect(findProgram('tool', searchPath)).toBe(path.join(root, 'c', 'tool'));
});

test('a program that is nowhere on PATH is not found', () => {
  expect(findProgram('no-such-program-anywhere')).toBeUndefined();
});
