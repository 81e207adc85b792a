import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { anchor, brokenCitations, brokenLinks } from './links.ts';
import { repositoryRules } from './repository-rules.ts';

function repositoryWith(files: Record<string, string>): string {
  const root = temporaryDirectory('tidy');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

function findings(name: string, files: Record<string, string>): string[] {
  const rule = repositoryRules.find((candidate) => candidate.name === name);
  return rule?.check(repositoryWith(files), Object.keys(files)) ?? ['no such rule'];
}

test('a citation of a design page or heading that does not exist is named, with its line', () => {
  const root = repositoryWith({
    'docs/design/locks.md': '# Locks\n\n## Atomic write\n',
    'a.ts': '// docs/design/locks.md#atomic-write and docs/design/locks.md\n// docs/design/locks.md#gone\n// docs/design/none.md\n',
  });
  expect(brokenCitations(root, 'a.ts')).toEqual([
    'a.ts:2 cites docs/design/locks.md#gone, which does not exist',
    'a.ts:3 cites docs/design/none.md, which does not exist',
  ]);
});

test('a source folder without an index.ts is named', () => {
  const files = { 'packages/a/src/door/index.ts': '', 'packages/a/src/door/deep/x.ts': '', 'packages/a/src/closed/x.ts': '' };
  expect(findings('a folder has a door', files)).toEqual(['packages/a/src/closed: has no index.ts']);
});

test('a blob of more than half a megabyte is named, the lock file is not', () => {
  const large = 'x'.repeat(600_000);
  expect(findings('no large blobs', { 'a.bin': large, 'package-lock.json': large, 'b.txt': 'x' })).toEqual([
    'a.bin: larger than 524288 bytes',
  ]);
});

test('a package of the lock file that comes from elsewhere is named', () => {
  const packages = {
    'node_modules/a': { resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' },
    'node_modules/b': { resolved: 'packages/b', link: true },
    'node_modules/c': {},
    'node_modules/d': { resolved: 'https://mirror.example/d.tgz' },
  };
  expect(
    findings('the lock file names the public registry or no place at all', { 'package-lock.json': JSON.stringify({ packages }) }),
  ).toEqual(['package-lock.json: node_modules/d comes from https://mirror.example/d.tgz']);
});

test('every paper that is missing is named', () => {
  expect(findings('the papers are there', { 'README.md': '' })).toContain('LICENSE: is missing');
});

test.each([
  ['## [Unreleased]\n\n## [1.0.0] - 2027-01-31\n', 0],
  ['# Changelog\n', 1],
  ['## [1.0.0] - 2027-01-31\n', 1],
  ['## [Unreleased]\n## 1.0.0\n', 1],
])('a change log %j has %i wrong headings', (text, count) => {
  expect(findings('the change log follows Keep a Changelog', { 'CHANGELOG.md': text })).toHaveLength(count);
});

test('links to files and headings that exist are followed, others are named', () => {
  const root = repositoryWith({
    'README.md': [
      '[a](docs/a.md) [b](docs/b.md) [up](docs/a.md#the-heading-of-a) [lost](docs/a.md#lost) [self](#top) [web](https://example.org/x)',
      '# Top',
      '```',
      '[code](nowhere.md)',
      '```',
      'and `[inline](nowhere.md)`',
    ].join('\n'),
    'docs/a.md': '## The *heading* of `a`\n[back](../README.md)\n',
  });
  expect(brokenLinks(root, 'README.md')).toEqual([
    'README.md: link to docs/b.md, which does not exist',
    'README.md: link to docs/a.md#lost, which has no such heading',
  ]);
  expect(brokenLinks(root, 'docs/a.md')).toEqual([]);
});

test('anchors have the form that GitHub gives them', () => {
  expect(['State on disk', 'What `init` does, and why', 'Über uns'].map(anchor)).toEqual([
    'state-on-disk',
    'what-init-does-and-why',
    'über-uns',
  ]);
});
