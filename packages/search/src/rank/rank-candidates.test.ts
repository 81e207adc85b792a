import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChunkMatch } from '../store/index.ts';
import { sampleMatch } from './fixtures/sample-match.ts';
import { describeQuery, groupByFile, rankCandidates, type RankedChunk, type RankOptions, saturate } from './index.ts';

const order = (query: string, candidates: ChunkMatch[]): string[] =>
  rankCandidates(candidates, describeQuery(query)).map(({ chunk }) => chunk.path);

const rulesOf = (query: string, candidate: ChunkMatch): string[] =>
  (
    rankCandidates([candidate, sampleMatch('zzz/other.go', 10)], describeQuery(query))
      .find(({ chunk }) => chunk === candidate)
      ?.signals() ?? []
  ).map(({ rule }) => rule);

describe('ranking', () => {
  test('puts the definition of the asked name first, most of all in the file of that name', () => {
    const candidates = [
      sampleMatch('use.go', 10),
      sampleMatch('defs.go', 2, { definitions: ['Router'] }),
      sampleMatch('router.go', 2, { definitions: ['Other', 'Router'] }),
      sampleMatch('fold.go', 2, { definitions: ['router'] }),
    ];
    expect(order('Router', candidates)).toEqual(['router.go', 'defs.go', 'fold.go', 'use.go']);
  });

  test('lifts files whose name or folder has words of the query, in any of their forms', () => {
    const candidates = [sampleMatch('a/main.go', 10), sampleMatch('b/router.go', 9), sampleMatch('auth/x.go', 9)];
    expect(order('how is routing done', candidates)[0]).toBe('b/router.go');
    expect(order('authentication of users', candidates)[0]).toBe('auth/x.go');
  });

  test('prefers the file whose name says nothing but what is asked for', () => {
    const candidates = [sampleMatch('create-client-router.go', 10), sampleMatch('router.go', 10), sampleMatch('router.async.go', 10)];
    expect(order('how are routers merged', candidates)).toEqual(['router.go', 'router.async.go', 'create-client-router.go']);
  });

  test('prefers the file whose neighbours in the folder match as well', () => {
    const candidates = [
      sampleMatch('a/one.go', 10),
      sampleMatch('b/two.go', 10),
      sampleMatch('b/three.go', 9),
      sampleMatch('b/four.go', 9),
    ];
    expect(order('sockets', candidates)[0]).toBe('b/two.go');
  });

  test('takes the first words of a query for what is asked, and words that all names have for nothing', () => {
    const candidates = ['acme-client.go', 'acme-parser.go', 'acme-lock.go'].map((path) => sampleMatch(path, 10));
    expect(order('parser of the acme client', candidates)[0]).toBe('acme-parser.go');
    expect(order('acme lock', candidates)[0]).toBe('acme-lock.go');
  });

  test('takes the name of the folder for that of a file named index', () => {
    const candidates = [sampleMatch('a/other.go', 10), sampleMatch('router/index.go', 10)];
    expect(order('routers', candidates)[0]).toBe('router/index.go');
  });

  test('can leave a rule out and take other constants, for measuring', () => {
    const candidates = [sampleMatch('x_test.go', 10, { sourceType: 'test' }), sampleMatch('y.go', 9)];
    const first = (options: RankOptions) => rankCandidates(candidates, describeQuery('sockets'), options)[0]?.chunk.path;
    expect(first({})).toBe('y.go');
    expect(first({ without: new Set(['×test']) })).toBe('x_test.go');
    expect(first({ constants: { strongPenalty: 1 } })).toBe('x_test.go');
  });

  test('prefers the file that matches in more places', () => {
    const candidates = [sampleMatch('once.go', 10), ...[0, 1, 2, 3].map((ordinal) => sampleMatch('often.go', 9, { ordinal }))];
    expect(order('sockets', candidates)[0]).toBe('often.go');
  });

  test.each([
    ['×test', 'x_test.go', { sourceType: 'test' }, 'unit tests'],
    ['×example', 'examples/x.go', {}, 'an example'],
    ['×legacy', 'src/compat/x.go', {}, 'the compat layer'],
    ['×document', 'notes.md', { language: 'markdown', sourceType: 'doc' }, 'the documentation'],
    ['×settings', 'x.yaml', { language: 'yaml' }, 'the yaml settings'],
  ] as const)('pushes down by %s unless the query asks for it', (rule, path, fields, asking) => {
    expect(rulesOf('sockets', sampleMatch(path, 5, fields))).toContain(rule);
    expect(rulesOf(`sockets in ${asking}`, sampleMatch(path, 5, fields))).not.toContain(rule);
  });

  test.each([
    ['×vendored', 'vendor/lib/x.go', {}],
    ['×barrel', 'pkg/__init__.py', {}],
    ['×declarations', 'types/x.d.ts', {}],
    ['×example', 'docs/code/x.go', {}],
    ['×settings', 'x.go.meta', { language: 'text' }],
    ['×history', 'CHANGELOG.md', { sourceType: 'doc' }],
  ] as const)('pushes down by %s', (rule, path, fields) => {
    expect(rulesOf('sockets', sampleMatch(path, 5, fields))).toContain(rule);
    expect(rulesOf('sockets', sampleMatch('pkg/x.go', 5))).not.toContain(rule);
  });

  test('explains every score: sums, then factors, give it', () => {
    const candidates = [
      sampleMatch('router.go', 4, { definitions: ['Router'] }),
      sampleMatch('router_test.go', 9, { sourceType: 'test' }),
      sampleMatch('a.md', 3, { sourceType: 'doc' }),
    ];
    for (const { score, signals: explain } of rankCandidates(candidates, describeQuery('how does Router match'))) {
      const signals = explain();
      const sum = signals.filter(({ rule }) => !rule.startsWith('×')).reduce((total, { value }) => total + value, 0);
      const explained = signals.filter(({ rule }) => rule.startsWith('×')).reduce((total, { value }) => total * value, sum);
      expect(explained).toBeCloseTo(score, 10);
      expect(signals.every(({ reason }) => reason !== '')).toBe(true);
    }
  });

  test('gives scores of 0 to 1 with 1 for the best, in the same order however the candidates come', () => {
    const candidate = fc.record({
      path: fc.constantFrom('a/x.go', 'a/y_test.go', 'docs/x.md', 'b/router.go'),
      ordinal: fc.nat(5),
      score: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(candidate, { minLength: 1, maxLength: 12, selector: ({ path, ordinal }) => `${path}${ordinal}` }),
        fc.nat(),
        (list, turn) => {
          const matches = list.map(({ path, ordinal, score }) => sampleMatch(path, score, { ordinal }));
          const turned = [...matches.slice(turn % matches.length), ...matches.slice(0, turn % matches.length)];
          const shape = describeQuery('router handling');
          const ranked = rankCandidates(matches, shape);
          expect(ranked[0]?.score).toBe(1);
          expect(ranked.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
          expect(rankCandidates(turned, shape).map(({ chunk }) => chunk.row)).toEqual(ranked.map(({ chunk }) => chunk.row));
        },
      ),
    );
  });

  test('of nothing is nothing', () => {
    expect(rankCandidates([], describeQuery('x'))).toEqual([]);
  });
});

/** Of a sample: its ordinal. */
const placeOf = ({ chunk }: RankedChunk): number => chunk.row % 100;

describe('grouping', () => {
  const ranked = rankCandidates(
    [0, 1, 2, 3].map((ordinal) => sampleMatch('a.go', 10 - ordinal, { ordinal })).concat(sampleMatch('b.go', 5)),
    describeQuery('sockets'),
  );

  test('by file gives each file once, with further places up to a limit', () => {
    const groups = groupByFile(ranked, 2);
    expect(groups.map(({ best, more }) => [best.chunk.path, placeOf(best), more.map(placeOf)])).toEqual([
      ['a.go', 0, [1, 2]],
      ['b.go', 0, []],
    ]);
  });

  test('by chunk halves each further chunk of a file', () => {
    const groups = saturate(ranked);
    expect(groups.slice(0, 3).map(({ best }) => `${best.chunk.path}#${placeOf(best)}`)).toEqual(['a.go#0', 'b.go#0', 'a.go#1']);
    expect(groups[2]?.best.signals().at(-1)).toMatchObject({ rule: '×saturation', value: 0.5 });
    expect(groups).toHaveLength(5);
  });
});
