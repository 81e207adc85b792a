import { withinMs } from '@agent-brain/test-harness/timing';
import { expect, test } from 'vitest';
import { parseCoreSettings } from './core-settings.ts';

test('settings are read as git reads them', () => {
  const text = [
    '[Core] ignoreCase',
    '\tworktree = "../a b"  # there',
    ' excludesFile = C:\\\\x\\ty ; comment',
    '[core "sub"]',
    '\tworktree = no',
    '[other]',
    '\tworktree = no',
    '[core]',
    '\tbare = false',
    '\tbare = true',
    '# worktree = no',
  ].join('\n');
  expect(Object.fromEntries(parseCoreSettings(text))).toEqual({
    ignorecase: 'true',
    worktree: '../a b',
    excludesfile: 'C:\\x\ty',
    bare: 'true',
  });
});

test.each([' ', '[', ']', '"', '\\', '=', '[core]\na=', '#'])('a megabyte of %j takes no time worth mentioning', (piece) => {
  const started = performance.now();
  parseCoreSettings(`[core]\nx = ${piece.repeat(1_000_000 / piece.length)}y`);
  expect(performance.now() - started).toBeLessThan(withinMs(1_000));
});
