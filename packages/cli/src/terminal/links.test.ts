import { expect, test } from 'vitest';
import { Output } from './index.ts';
import { fileLink, wantsLinks } from './links.ts';

const written = (text: string): string => {
  let all = '';
  new Output({ write: (part: string) => (all += part), isTTY: true }, { color: true }).print(text);
  return all;
};

test('a link reaches the terminal whole, and a name in it cannot end it', () => {
  const link = fileLink('/tmp/a b\u001b]8;;x\u0007ü.ts', 7, 'text');
  expect(link).toMatch(/^\u001b\]8;;file:\/\/\/tmp\/[!-~]+#7\u001b\\text\u001b\]8;;\u001b\\$/);
  expect(written(link)).toBe(`${link}\n`);
});

test.each(['\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', '\u001b]8;;file://a\u0007b', '\u001b]0;title\u0007'])(
  'what a text brings of its own is shown, not sent: %j',
  (text) => {
    expect(written(text).replaceAll('\u001b]8;;\u001b\\', '')).not.toContain('\u001b');
  },
);

test.each([
  [{ TERM: 'xterm-kitty' }, true, true],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'vscode' }, true, true],
  [{ TERM: 'xterm-256color', VTE_VERSION: '7600' }, true, true],
  [{ TERM: 'xterm-256color', VTE_VERSION: '5000' }, true, false],
  [{ TERM: 'xterm-256color' }, true, false],
  [{ TERM: 'tmux-256color', TERM_PROGRAM: 'vscode' }, true, false],
  [{ TERM: 'xterm-kitty' }, false, false],
  [{ TERM: 'dumb', FORCE_HYPERLINK: '1' }, false, true],
  [{ TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' }, true, false],
])('decides on links for %j', (env, isTTY, expected) => {
  expect(wantsLinks({ env, isTTY })).toBe(expected);
});
