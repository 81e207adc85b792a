import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { afterEach, describe, expect, test } from 'vitest';
import { batch, indexStoreContract, runInStore, sampleFile } from './index-store.contract.ts';
import { seededRandom } from './fixtures/seeded-random.ts';
import { compressTexts, type IndexStore, MemoryIndexStore, SqliteIndexReader, SqliteIndexStore, storeFile } from './index.ts';

const stores: { close(): void }[] = [];

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

const newFile = (): string => storeFile(temporaryDirectory('store'));

function opened<Store extends { close(): void }>(store: Store): Store {
  stores.push(store);
  return store;
}

describe('the SQLite store as an index store', () => {
  indexStoreContract(() => opened(SqliteIndexStore.open(newFile())));
});

describe('the memory store as an index store', () => {
  indexStoreContract(() => opened(new MemoryIndexStore()));
});

describe('the SQLite store', () => {
  test('ranks by exact BM25, as the reference does, after replacements and removals as well', () => {
    const random = seededRandom(20);
    const nameOf = (round: number, n: number) => `d${round % 3}/w${n % 7}/f${n % 20}.go`;
    const word = () => `w${Math.floor(random() ** 3 * 60)}`;
    const line = () => Array.from({ length: 1 + Math.floor(random() * 30) }, word).join(' ');
    const pair: IndexStore[] = [opened(SqliteIndexStore.open(newFile())), opened(new MemoryIndexStore())];
    for (let round = 0; round < 12; round++) {
      const replace = Array.from({ length: 5 }, (_, n) =>
        sampleFile(nameOf(round, round * 3 + n), [line(), line()], { definitions: [word()] }),
      );
      const remove = [nameOf(round, round * 5)];
      for (const store of pair) store.commit(batch({ replace, remove }));
    }
    const weights = { body: 1, path: 2.5, symbol: 3 };
    for (let round = 0; round < 20; round++) {
      const terms = [...new Set([word(), word(), word()])];
      const columns = round % 2 === 0 ? {} : { columns: ['path', 'symbol'] as const };
      const [sqlite, memory] = pair.map((store) =>
        store.read((view) =>
          view
            .match({ terms, weights, ...columns, limit: 1000 })
            .map((m) => [m.path, view.chunkOf(m).ordinal, m.score.toFixed(9)].join(' '))
            .sort(),
        ),
      );
      expect(sqlite).toEqual(memory);
      expect(sqlite?.length).toBeGreaterThan(0);
    }
  });

  test('takes a commit back whose files have not as many chunks to be found as their rows say', () => {
    const file = newFile();
    const store = opened(SqliteIndexStore.open(file));
    store.commit(batch({ replace: [sampleFile('a.go', ['alpha', 'beta']), sampleFile('b.go', ['gamma'])] }));
    runInStore(file, "UPDATE segments SET dead = 1, tombstones = x'01'; UPDATE meta SET value = value + 1 WHERE key = 'layout'");
    for (const change of [{ remove: ['a.go'] }, { replace: [sampleFile('a.go', ['delta'])] }]) {
      expect(() => store.commit(batch(change))).toThrow(expect.objectContaining({ code: 'INDEX_CORRUPT' }));
    }
    expect(store.read((view) => view.info())).toMatchObject({ generation: 1, documents: 2, chunks: 3 });
    expect(store.commit(batch({ remove: ['b.go'] }))).toBe(2);
  });

  test('keeps to its limit of bytes and leaves everything as it was when a batch does not fit', () => {
    const file = newFile();
    const store = opened(SqliteIndexStore.open(file, { maxBytes: 400 * 1024 }));
    const random = seededRandom(4);
    const noise = () => Array.from({ length: 2_000 }, () => `w${Math.floor(random() * 1e9)}`).join(' ');
    let committed = 0;
    const fill = () => {
      for (let index = 0; index < 100; index++) {
        store.commit(batch({ replace: [sampleFile(`f${index}.go`, [noise()])] }));
        committed += 1;
      }
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'INDEX_DISK_LIMIT' }));
    expect(committed).toBeGreaterThan(0);
    expect(store.read((view) => view.info())).toMatchObject({ generation: committed, documents: committed });
    expect(store.verify()).toEqual([]);
    store.commit(batch({ remove: ['f0.go'] }));
    expect(store.read((view) => view.info().documents)).toBe(committed - 1);
  });

  test('shows a reader one generation for as long as it reads', () => {
    const file = newFile();
    const store = opened(SqliteIndexStore.open(file));
    store.commit(batch({ replace: [sampleFile('a.go', ['alpha'])] }));
    const reader = opened(SqliteIndexReader.open(file) as SqliteIndexReader);
    reader.read((view) => {
      expect(view.info().generation).toBe(1);
      store.commit(batch({ replace: [sampleFile('b.go', ['alpha'])], remove: ['a.go'] }));
      const [match] = view.match({ terms: ['alpha'], weights: { body: 1, path: 1, symbol: 1 }, limit: 5 });
      expect(match?.path).toBe('a.go');
      expect(view.text(match?.file ?? 0)).toBe('alpha');
      expect(view.info().generation).toBe(1);
    });
    expect(reader.read((view) => view.info().generation)).toBe(2);
  });

  test('shows a reader that has asked before nothing of what a commit has replaced', () => {
    const file = newFile();
    const store = opened(SqliteIndexStore.open(file));
    store.commit(
      batch({ replace: [sampleFile('a.go', ['alpha', 'Lock alpha'], { definitions: ['Lock'] }), sampleFile('b.go', ['alpha'])] }),
    );
    const reader = opened(SqliteIndexReader.open(file) as SqliteIndexReader);
    const shown = () =>
      reader.read((view) =>
        view.match({ terms: ['alpha'], weights: { body: 1, path: 1, symbol: 1 }, limit: 9, names: ['lock'] }).map((match) => {
          const { ordinal, startOffset, endOffset } = view.chunkOf(match);
          const text = view.text(match.file, startOffset, endOffset);
          return [match.path, match.language, match.sourceType, ...match.definitions, ordinal, text].join(' ');
        }),
      );
    expect(shown().sort()).toEqual(['a.go go code Lock 0 alpha', 'a.go go code Lock 1 Lock alpha', 'b.go go code 0 alpha']);
    const other = { language: 'markdown', sourceType: 'doc' as const };
    store.commit(batch({ replace: [sampleFile('a.go', ['the alpha'], other)], remove: ['b.go'] }));
    expect(shown()).toEqual(['a.go markdown doc 0 the alpha']);
    store.clear();
    store.commit(batch({ replace: [sampleFile('c.go', ['alpha'], { definitions: ['LOCK'] })] }));
    expect(shown()).toEqual(['c.go go code LOCK 0 alpha']);
  });

  test('keeps what it committed when it is opened again', () => {
    const file = newFile();
    const store = SqliteIndexStore.open(file);
    store.commit(batch({ replace: [sampleFile('a.go', ['alpha'])], completedAt: '2026-01-02T03:04:05.000Z' }));
    store.close();
    const again = opened(SqliteIndexStore.open(file));
    expect(again.read((view) => view.info())).toMatchObject({ generation: 1, documents: 1, lastIndexedAt: '2026-01-02T03:04:05.000Z' });
    expect(again.verify()).toEqual([]);
  });

  test('writes a block of texts anew when most of it is dead, and the rest reads as before', () => {
    const store = opened(SqliteIndexStore.open(newFile()));
    const texts = Array.from({ length: 12 }, (_, index) => `text ${index} ${'ü'.repeat(2_000)}`);
    const block = compressTexts(Buffer.from(texts.join('')));
    let offset = 0;
    const files = texts.map((text, index) => {
      const file = sampleFile(`f${index}.go`, [text]);
      const placed = { ...file, text: { block, offset, length: file.text.length } };
      offset += file.text.length;
      return placed;
    });
    store.commit(batch({ replace: files }));
    expect(store.maintain()).toBe(false);
    store.commit(batch({ remove: files.slice(1, 11).map(({ path }) => path) }));
    expect(store.verify()).toEqual([]);
    while (store.maintain());
    expect(store.verify()).toEqual([]);
    const shown = store.read((view) =>
      view.match({ terms: ['text'], weights: { body: 1, path: 1, symbol: 1 }, limit: 9 }).map((match) => view.text(match.file)),
    );
    expect(shown.sort()).toEqual([texts[0], texts[11]]);
    expect(store.maintain()).toBe(false);
  });

  test('takes words that begin as asked, and of what has all words of a phrase only that which has the phrase', () => {
    const pair: IndexStore[] = [opened(SqliteIndexStore.open(newFile())), opened(new MemoryIndexStore())];
    const replace = [
      sampleFile('a.go', ['alpha the gamma', 'the gamma, then a alpha']),
      sampleFile('b.go', ['beta of a gammabit']),
      sampleFile('c.go', ['nothing of the kind']),
    ];
    for (const store of pair) {
      store.commit(batch({ replace }));
      const found = (query: object) =>
        store.read((view) =>
          view
            .match({ terms: [], weights: { body: 1, path: 1, symbol: 1 }, limit: 9, ...query })
            .map((match) => `${match.path} ${view.chunkOf(match).ordinal}`),
        );
      expect(found({ prefixes: ['gam'] }).sort()).toEqual(['a.go 0', 'a.go 1', 'b.go 0']);
      const requires = [{ terms: ['the', 'gamma'], holds: (text: string) => text.includes('the gamma') }];
      expect(found({ terms: ['alpha', 'gamma'], requires }).sort()).toEqual(['a.go 0', 'a.go 1']);
      expect(found({ terms: ['alpha'], requires: [{ terms: ['alpha'], holds: (text: string) => text.startsWith('alpha') }] })).toEqual([
        'a.go 0',
      ]);
    }
  });

  test('leaves nothing of a batch that fails in the middle', () => {
    const store = opened(SqliteIndexStore.open(newFile()));
    store.commit(batch({ replace: [sampleFile('a.go', ['alpha'])] }));
    const broken = { ...sampleFile('c.go', ['gamma']), language: undefined as unknown as string };
    expect(() => store.commit(batch({ replace: [sampleFile('b.go', ['beta']), broken], remove: ['a.go'] }))).toThrow();
    expect([...store.files()].map((entry) => entry.path)).toEqual(['a.go']);
    expect(store.read((view) => view.info().generation)).toBe(1);
    expect(store.verify()).toEqual([]);
  });
});
