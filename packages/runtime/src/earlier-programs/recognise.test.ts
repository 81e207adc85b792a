import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { earlierStateDirs, isEarlierConfig, isEarlierRegistry } from './index.ts';

test.each([
  [{ bind_host: '127.0.0.1', port_range_start: 8000, port_range_end: 8100, auto_port: true, chunk_size: 512 }, true],
  [{ chunk_size: 512, chunk_overlap: 50, exclude_patterns: ['**/dist/**'], project_root: '/p', api_key: 'k' }, true],
  [{ chunk_size: 2000, exclude: [] }, false],
  [{ auto_port: true }, false],
  [{}, false],
  [[], false],
  [null, false],
])('a configuration is known by its keys: %j', (content, expected) => {
  expect(isEarlierConfig(content)).toBe(expected);
});

test.each([
  [{ '/home/ada/shop': { state_dir: '/home/ada/shop/.agent-brain', project_name: 'shop' } }, true],
  [{ '/a': { state_dir: '/a/.claude/doc-serve' }, '/b': { state_dir: '/b/.claude/doc-serve' } }, true],
  [{ '/a': { state_dir: '/a/.agent-brain' }, '/b': 1 }, false],
  [{ relative: { state_dir: '/a' } }, false],
  [{ schema_version: 1, entries: [] }, false],
  [{ schema_version: 2, projects: {} }, false],
  [{}, false],
  ['text', false],
])('a registry is known by its form: %j', (content, expected) => {
  expect(isEarlierRegistry(content)).toBe(expected);
});

test('state directories are known by what lies in them', async () => {
  const root = temporaryDirectory('earlier');
  expect(await earlierStateDirs(root)).toEqual([]);
  fs.mkdirSync(path.join(root, '.agent-brain'));
  fs.writeFileSync(path.join(root, '.agent-brain', 'notes.md'), 'mine');
  expect(await earlierStateDirs(root)).toEqual([]);
  fs.writeFileSync(path.join(root, '.agent-brain', 'config.json'), '{}');
  fs.mkdirSync(path.join(root, '.claude', 'doc-serve', 'data'), { recursive: true });
  expect(await earlierStateDirs(root)).toEqual([path.join(root, '.agent-brain'), path.join(root, '.claude', 'doc-serve')]);
});
