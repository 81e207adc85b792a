import { isTest } from '../check/tracked-files.ts';
import { foreignInputRules } from './foreign-input.ts';
import { matchingLines, type Rule } from './rule.ts';

const isText = (file: string): boolean => /\.(ts|js|md|json|yml|yaml|txt)$|^\.ci\//.test(file);
const isCode = (file: string): boolean => /\.(ts|js)$/.test(file);

/** Lines of a source file, of a test file, and of the architecture page. */
export const lineLimits = { source: 300, test: 500, architecture: 400 };

export const rules: readonly Rule[] = [
  {
    name: 'file-length',
    reason: 'a file this long is missing a concept',
    applies: (file) => isCode(file) || file === 'ARCHITECTURE.md',
    check(text, file) {
      const limit = file.endsWith('.md') ? lineLimits.architecture : isTest(file) ? lineLimits.test : lineLimits.source;
      const lines = text.split('\n').length - 1;
      return lines > limit ? [{ line: 0, what: `${lines} lines, ${limit} allowed` }] : [];
    },
  },
  {
    name: 'named-rooms',
    reason: 'a folder or file is named after what it holds',
    applies: () => true,
    check(_text, file) {
      const room = /(^|\/)(utils?|helpers?|common|misc|shared|lib)\/|(^|\/)(types|utils?|helpers?|common|misc|constants)\.(ts|js)$/.exec(
        file,
      );
      return room === null ? [] : [{ line: 0, what: room[0] }];
    },
  },
  {
    name: 'named-tests',
    reason: 'a test file is named after the behaviour, not after a number or an issue',
    applies: (file) => file.endsWith('.test.ts'),
    check(_text, file) {
      const numbered = /[.-]\d+\.(?:[a-z]+\.)?test\.ts$|(^|\/)(fix|issue|bug)-\d+/.exec(file);
      return numbered === null ? [] : [{ line: 0, what: numbered[0] }];
    },
  },
  {
    name: 'one-exit',
    reason: 'an exit in the middle skips finally and releases no lock; only the main folder of a program ends its process',
    applies: (file) => isCode(file) && !isTest(file) && !/^packages\/[^/]+\/(src\/main\/|bin\/)/.test(file),
    check: (text) => matchingLines(text, /\bprocess\.(?:exit|reallyExit|abort)\(/),
  },
  {
    name: 'no-module-mocks',
    reason: 'time, randomness and faults enter by parameter',
    applies: isCode,
    check: (text) => matchingLines(text, /\b(?:vi|jest)\.(?:mock|doMock|hoisted|stubGlobal)\(/),
  },
  {
    name: 'no-silenced-tests',
    reason: 'a test that does not run says nothing; what a machine lacks is skipped inside the test, with a reason',
    applies: isCode,
    check: (text) => matchingLines(text, /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:only|skip|tod[o]|skipIf|runIf|fails)\(|\bskip\(\s*\)/),
  },
  {
    name: 'no-leftovers',
    reason: 'unfinished work is finished, or written down as a known limit',
    applies: isText,
    check: (text) => [
      ...matchingLines(text, /\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/),
      ...matchingLines(text, /\bnot impl[e]mented\b|\bplace[h]older\b/i),
    ],
  },
  {
    name: 'no-foreign-places',
    reason: 'the repository stands alone: it names no folder outside itself and no machine',
    applies: isText,
    check: (text) => matchingLines(text, /\/w[o]rk\/|\.\.\/sh[a]red\/|\bthis workpl[a]ce\b|\bsub[a]gent|\bbefore-st[o]p\b/i),
  },
  {
    name: 'cited-design',
    reason: 'a comment cites a heading of docs/design, which its reader can open',
    applies: isCode,
    check: (text) => matchingLines(text, /\(contrac[t]: /),
  },
  {
    name: 'no-empty-assertion',
    reason: 'an assertion that cannot fail is decoration',
    applies: isTest,
    check: (text) => matchingLines(text, /\bexpect\((?:true|1)\)\./),
  },
  ...foreignInputRules,
];
