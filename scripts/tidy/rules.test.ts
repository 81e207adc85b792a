import { describe, expect, test } from 'vitest';
import { lineLimits, rules } from './rules.ts';

const lines = (count: number): string => 'x\n'.repeat(count);
const word = (...parts: string[]): string => parts.join('');

/** For every rule what it must refuse and what it must leave alone: file name and text. */
const samples: Record<string, { refused: [string, string][]; accepted: [string, string][] }> = {
  'file-length': {
    refused: [
      ['a/b.ts', lines(lineLimits.source + 1)],
      ['a/b.test.ts', lines(lineLimits.test + 1)],
      ['ARCHITECTURE.md', lines(lineLimits.architecture + 1)],
    ],
    accepted: [
      ['a/b.ts', lines(lineLimits.source)],
      ['a/b.test.ts', lines(lineLimits.test)],
      ['docs/long.md', lines(1_000)],
    ],
  },
  'named-rooms': {
    refused: [
      ['packages/a/src/utils/x.ts', ''],
      ['packages/a/src/types.ts', ''],
      ['packages/a/src/helper.ts', ''],
    ],
    accepted: [
      ['packages/a/src/utilities-of-state/x.ts', ''],
      ['packages/a/src/error-types.ts', ''],
    ],
  },
  'named-tests': {
    refused: [
      ['a/listen.3.test.ts', ''],
      ['a/fix-6411.test.ts', ''],
      ['a/locks-2.process.test.ts', ''],
    ],
    accepted: [
      ['a/takes-over.test.ts', ''],
      ['a/utf16.test.ts', ''],
    ],
  },
  'one-exit': {
    refused: [
      ['packages/cli/src/commands/start.ts', word('process.', 'exit(1)')],
      ['scripts/x.ts', word('process.', 'abort()')],
    ],
    accepted: [
      ['packages/cli/src/main/run.ts', word('process.', 'exit(1)')],
      ['packages/cli/src/commands/start.ts', 'process.exitCode = 1'],
    ],
  },
  'no-module-mocks': {
    refused: [
      ['a.test.ts', word('vi.', 'mock("node:fs")')],
      ['a.test.ts', word('vi.', 'stubGlobal("fetch", f)')],
    ],
    accepted: [['a.test.ts', 'const write = vi.fn()']],
  },
  'no-silenced-tests': {
    refused: [
      ['a.test.ts', word('test.', 'only("x")')],
      ['a.test.ts', word('describe.', 'skip("x")')],
      ['a.test.ts', word('test.', 'skipIf(x)("y")')],
      ['a.test.ts', word('context.sk', 'ip()')],
    ],
    accepted: [
      ['a.test.ts', 'context.skip(true, "optional:git")'],
      ['a.test.ts', 'test.each([1])("x")'],
    ],
  },
  'no-leftovers': {
    refused: [
      ['a.ts', word('// TO', 'DO: more')],
      ['a.md', word('Not imple', 'mented yet')],
      ['a.ts', word('a place', 'holder')],
    ],
    accepted: [
      ['a.ts', word('languages = ["ha', 'ck"]')],
      ['a.ts', 'method'],
    ],
  },
  'no-foreign-places': {
    refused: [
      ['a.md', word('see /wo', 'rk/x')],
      ['a.ts', word('"../sha', 'red/x"')],
    ],
    accepted: [
      ['a.md', 'network/working/x'],
      ['a.ts', '"../share/x"'],
    ],
  },
  'cited-design': {
    refused: [['a.ts', `/** Bounds of the transport (${word('contract', ': http-api, "Transport"')}). */`]],
    accepted: [['a.ts', '/** Bounds of the transport (docs/design/http-api.md#transport). */']],
  },
  'no-empty-assertion': {
    refused: [['a.test.ts', word('expect(tr', 'ue).toBe(true)')]],
    accepted: [['a.test.ts', 'expect(trueness).toBe(true)']],
  },
  'bounded-reads': {
    refused: [
      ['packages/server/src/x/y.ts', word('await fs.read', "File(file, 'utf8')")],
      ['packages/search/src/x/y.ts', word('open', 'Sync(file)')],
      ['packages/cli/src/x/y.ts', word('await fs.op', 'en(file)')],
    ],
    accepted: [
      ['packages/runtime/src/files/read-bounded.ts', word('await fs.op', 'en(file)')],
      ['packages/server/src/x/y.test.ts', word('fs.read', 'FileSync(file)')],
      ['packages/server/src/x/y.ts', 'await readBounded(file); engine.open(file)'],
    ],
  },
  'known-programs': {
    refused: [
      ['packages/server/src/x/y.ts', word("import { spawn } from 'node:child_", "process';")],
      ['packages/server/src/x/y.ts', word("await import('node:child_", "process')")],
    ],
    accepted: [
      ['packages/runtime/src/git/run-git.ts', word("import { spawn } from 'node:child_", "process';")],
      ['packages/server/src/x/y.ts', word("import type { ChildProcess } from 'node:child_", "process';")],
    ],
  },
};

const breaches = (name: string, [file, text]: [string, string]): unknown[] =>
  rules.filter((rule) => rule.name === name && rule.applies(file)).flatMap((rule) => rule.check(text, file));

test('every rule has samples, and every sample a rule', () => {
  expect(Object.keys(samples)).toEqual(rules.map((rule) => rule.name));
});

describe.each(Object.entries(samples))('%s', (name, { refused, accepted }) => {
  test.each(refused)('refuses %s %j', (file, text) => {
    expect(breaches(name, [file, text])).not.toEqual([]);
  });
  test.each(accepted)('leaves %s %j alone', (file, text) => {
    expect(breaches(name, [file, text])).toEqual([]);
  });
});
