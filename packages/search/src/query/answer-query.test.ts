import { type QueryRequestInput, queryRequestSchema, queryResponseSchema, chunkSchema } from '@agent-brain/contract/query';
import { describe, expect, test } from 'vitest';
import { indexFile, TextPacker } from '../indexing/index.ts';
import { batch, sampleFile } from '../store/index-store.contract.ts';
import { MemoryIndexStore } from '../store/index.ts';
import { answerChunk, answerQuery } from './index.ts';

const router = Array.from({ length: 30 }, (_, index) => `func handle${index}(w Writer) { route(w, ${index}) }`).join('\n\n');

const files: [path: string, language: string, sourceType: 'code' | 'doc' | 'test', text: string][] = [
  ['web/router.go', 'go', 'code', `package web\n\n// Router matches routes.\ntype Router struct{}\n\n${router}\n`],
  ['web/router_test.go', 'go', 'test', 'package web\n\nfunc TestRouter(t *T) { route(nil, 1) }\n'],
  ['docs/router.md', 'markdown', 'doc', '# Router\n\nHow the router matches a route.\n'],
  ['lib/socket.py', 'python', 'code', 'class Socket:\n    def route(self):\n        return None\n'],
];

function filled(): MemoryIndexStore {
  const store = new MemoryIndexStore();
  const facts = { hash: '00', sizeBytes: 1, mtimeMs: 1, ctimeMs: 1, ino: 1, readAtMs: 1 };
  const packer = new TextPacker();
  const replace = files.map(([path, language, sourceType, text]) =>
    indexFile({ ...facts, path, language, sourceType, text }, { chunkSize: 300, chunkOverlap: 0 }, packer),
  );
  packer.close();
  store.commit(batch({ replace }));
  return store;
}

const store = filled();
const context = { isIndexing: false, isUnfilled: false, nowMs: () => 0 };
const answerSchema = queryResponseSchema.omit({ pending_files: true });
const ask = (request: QueryRequestInput) => answerSchema.parse(answerQuery(store, queryRequestSchema.parse(request), context));
const pathsOf = (request: QueryRequestInput) => ask(request).results.map((result) => result.path);

describe('an answer', () => {
  test('lists each file once, best first, with its other places', () => {
    const { results, total_results, mode, index_generation } = ask({ query: 'route', mode: 'bm25' });
    expect(new Set(results.map(({ path }) => path)).size).toBe(results.length);
    expect([total_results, mode, index_generation]).toEqual([4, 'bm25', 1]);
    expect(results[0]).toMatchObject({ path: 'web/router.go', scores: { vector: null, graph: null } });
    expect(results[0]?.more_spans.length).toBeGreaterThan(2);
    expect(results.every((result, index) => index === 0 || result.score <= (results[index - 1]?.score ?? 0))).toBe(true);
  });

  test('finds the definition of a name', () => {
    const [best] = ask({ query: 'Router', explain: true }).results;
    expect(best).toMatchObject({ path: 'web/router.go', start_line: 1 });
    expect(best?.text).toContain('type Router struct');
    expect(best?.explanation?.map(({ rule }) => rule)).toContain('definition');
    expect(ask({ query: 'Router' }).results[0]).not.toHaveProperty('explanation');
  });

  test('shows the lines it names, from the indexed text', () => {
    for (const context_lines of [0, 3]) {
      for (const result of ask({ query: 'route matches', context_lines }).results) {
        const text = files.find(([path]) => path === result.path)?.[3] ?? '';
        expect(result.text).toBe(
          text
            .split('\n')
            .slice(result.start_line - 1, result.end_line)
            .join('\n'),
        );
      }
    }
  });

  test('to a quoted phrase has the places that hold it, and says so when none does', () => {
    expect(pathsOf({ query: '"matches a route"' })).toEqual(['docs/router.md']);
    const { results, warnings } = ask({ query: '"routes the parcel"' });
    expect(results.length).toBeGreaterThan(0);
    expect(warnings).toContain('no place holds "routes the parcel"; these are the places with words of the query');
  });

  test('to a beginning has the words that begin so', () => {
    expect(pathsOf({ query: 'sock*' })).toEqual(['lib/socket.py']);
    expect(pathsOf({ query: 'sock' })).toEqual([]);
  });

  test('filters before it counts to top_k', () => {
    expect(pathsOf({ query: 'route', languages: ['py'], top_k: 1 })).toEqual(['lib/socket.py']);
    expect(pathsOf({ query: 'route', source_types: ['test'], top_k: 1 })).toEqual(['web/router_test.go']);
    expect(pathsOf({ query: 'route', path_globs: ['docs'], top_k: 1 })).toEqual(['docs/router.md']);
    expect(pathsOf({ query: 'route', path_globs: ['**/*.rs'] })).toEqual([]);
  });

  test('keeps to the budget of characters and says so', () => {
    const { results, warnings } = ask({ query: 'route', max_chars: 200 });
    expect(results.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(200);
    expect(results).toHaveLength(4);
    expect(warnings.join()).toContain('cut to 200 characters');
  });

  test('drops what scores below the threshold, and gives chunks by themselves when asked', () => {
    const [best] = ask({ query: 'route' }).results;
    expect(ask({ query: 'route', threshold: best?.score ?? 0 }).results).toHaveLength(1);
    expect(ask({ query: 'route', threshold: 1 }).results).toEqual([]);
    const chunks = ask({ query: 'route', group: 'chunk', top_k: 50 }).results;
    expect(chunks.filter(({ path }) => path === 'web/router.go').length).toBeGreaterThan(2);
    expect(chunks.every(({ more_spans }) => more_spans.length === 0)).toBe(true);
  });

  test('says when nothing matches well, and how sure it is otherwise', () => {
    const poor = ask({ query: 'kubernetes operator reconcile route' });
    expect([poor.confidence, poor.warnings]).toEqual(['low', [expect.stringContaining('no good match')]]);
    expect(Math.max(...poor.results.map(({ score }) => score))).toBeLessThan(0.4);
    expect(ask({ query: 'Router' })).toMatchObject({ confidence: 'high', warnings: [] });
  });

  test('is the same every time', () => {
    expect(ask({ query: 'how are routes matched', group: 'chunk', top_k: 100 })).toEqual(
      ask({ query: 'how are routes matched', group: 'chunk', top_k: 100 }),
    );
  });

  test('says from what it comes when the mode has more to it, and refuses modes of which there is nothing', () => {
    expect(ask({ query: 'route', mode: 'multi' })).toMatchObject({ mode: 'bm25', warnings: [expect.stringContaining('text index alone')] });
    expect(ask({ query: 'route', mode: 'bm25' }).warnings).toEqual([]);
    expect(ask({ query: 'route' })).toMatchObject({ mode: 'bm25', warnings: [] });
    for (const mode of ['vector', 'graph'] as const)
      expect(() => ask({ query: 'route', mode })).toThrow(expect.objectContaining({ code: 'QUERY_MODE_UNAVAILABLE' }));
  });

  test('to a query without words is empty, and so is one from an index that is empty, or was emptied', () => {
    expect(ask({ query: '?!' })).toMatchObject({ results: [], warnings: [expect.stringContaining('no word')] });
    const request = queryRequestSchema.parse({ query: 'route', mode: 'bm25' });
    expect(answerQuery(null, request, context)).toMatchObject({ results: [], index_generation: 0, warnings: ['nothing is indexed yet'] });
    const cleared = filled();
    cleared.clear();
    expect(answerQuery(cleared, request, context)).toMatchObject({
      results: [],
      index_generation: 2,
      warnings: ['the index is empty'],
    });
    expect(answerQuery(store, request, { ...context, isIndexing: true }).warnings).toEqual([
      expect.stringContaining('indexing is going on'),
    ]);
    expect(answerQuery(null, request, { ...context, isUnfilled: true }).warnings).toEqual([expect.stringContaining('is made anew')]);
  });

  test('says when part of the index was made by another tokenizer', () => {
    const old = new MemoryIndexStore();
    old.commit(batch({ replace: [sampleFile('old.go', ['lock'], { recipe: 'code-0 rules-1 1500/0' })] }));
    const { results, warnings } = answerQuery(old, queryRequestSchema.parse({ query: 'lock', mode: 'bm25' }), context);
    expect([results.length, warnings]).toEqual([1, [expect.stringContaining('another tokenizer')]]);
  });

  test.each([
    [{ query: 'route', path_globs: ['nowhere/**'] }, ['no indexed file matches the path filter "nowhere/**"']],
    [{ query: 'route', languages: ['kotlin'] }, [expect.stringContaining('no indexed file is in the language "kotlin"; there are ')]],
    [{ query: 'zzznothing', path_globs: ['**'] }, []],
  ])('to %j says which filter lets no file through', (request, warnings) => {
    expect(ask(request)).toMatchObject({ results: [], warnings });
  });

  test.each([
    [
      'what does src/api.pb.go do',
      [
        expect.stringMatching(
          /^src\/api\.pb\.go is not in the index \(generated\); `agent-brain index --include '\*\*' --include 'src\/api\.pb\.go'`/,
        ),
      ],
    ],
    ['api.pb.go', [expect.stringContaining('src/api.pb.go is not in the index (generated)')]],
    ['settings in prod.env', ['prod.env is not in the index (secret)']],
    ['route of pb.go 4.7.9 and i.e. others', []],
  ])('to %j names the files that were skipped', (query, warnings) => {
    const skipping = filled();
    const examples = [
      { path: 'src/api.pb.go', reason: 'generated' },
      { path: 'prod.env', reason: 'secret' },
    ] as const;
    skipping.commit(batch({ skipped: { counts: { generated: 1, secret: 1 }, examples } }));
    expect(skipping.read((view) => view.info().skipped)).toEqual({ generated: 1, secret: 1 });
    const answer = answerQuery(skipping, queryRequestSchema.parse({ query, mode: 'bm25' }), context);
    expect(answer.warnings.filter((warning) => !warning.startsWith('no good match'))).toEqual(warnings);
  });

  test('refuses a language or a glob that cannot be, by name', () => {
    expect(() => ask({ query: 'x', languages: ['klingon'] })).toThrow(/klingon/);
    expect(() => ask({ query: 'x', path_globs: ['!src'] })).toThrow(/!src/);
  });
});

describe('a chunk', () => {
  test('comes with its neighbours, and all of them in a row give the file', () => {
    let id: string | null = ask({ query: 'Router' }).results[0]?.chunk_id ?? '';
    for (let first = answerChunk(store, id); first.previous_chunk_id !== null; first = answerChunk(store, first.previous_chunk_id))
      id = first.previous_chunk_id;
    let whole = '';
    while (id !== null) {
      const chunk = chunkSchema.parse(answerChunk(store, id));
      whole += chunk.text;
      id = chunk.next_chunk_id;
    }
    expect(whole).toBe(files[0]?.[3]);
  });

  test('that is not in the index is unknown', () => {
    for (const id of ['ffffffffffffffffffffffff', '', 'not hex'])
      expect(() => answerChunk(store, id)).toThrow(expect.objectContaining({ code: 'CHUNK_UNKNOWN' }));
    expect(() => answerChunk(null, 'ab')).toThrow(expect.objectContaining({ code: 'CHUNK_UNKNOWN' }));
  });
});
