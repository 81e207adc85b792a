import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { describe, expect, test } from 'vitest';
import { batch, sampleFile, sampleId } from './fixtures/sample-file.ts';
import type { FileSkip, IndexStore } from './index-store.ts';

export { batch, sampleFile };

const even = { body: 1, path: 1, symbol: 1 };

/** What an index says, without what differs between two ways to it: rows, generation, times. */
export function contentOf(store: IndexStore, terms: readonly string[]) {
  const paths = [...store.files()].map(({ path: name, folderPath }) => `${folderPath}: ${name}`).sort();
  return store.read((view) => ({
    paths,
    counts: { documents: view.info().documents, chunks: view.info().chunks, recipes: view.info().recipes },
    answers: terms.map((term) =>
      view
        .match({ terms: [term], weights: { body: 1, path: 2, symbol: 3 }, limit: 10_000 })
        .map((match) => ({ ...view.chunkOf(match), score: match.score }))
        .map(({ row: _row, file, score, ...chunk }) => ({ match: JSON.stringify({ ...chunk, text: view.text(file) }), score }))
        .sort((left, right) => (left.match < right.match ? -1 : 1)),
    ),
  }));
}

const foundPaths = (store: IndexStore, ...terms: string[]): string[] =>
  store.read((view) => view.match({ terms, weights: even, limit: 50 }).map((match) => match.path));

/** The tests every index store passes. `open` gives an empty one. */
export function indexStoreContract(open: () => IndexStore): void {
  describe('committing', () => {
    test('makes files findable by any of the terms and raises the generation by one', () => {
      const store = open();
      expect(store.commit(batch({ replace: [sampleFile('a.go', ['alpha beta']), sampleFile('b.go', ['beta gamma'])] }))).toBe(1);
      expect(foundPaths(store, 'alpha', 'gamma').sort()).toEqual(['a.go', 'b.go']);
      expect(foundPaths(store, 'nothing')).toEqual([]);
      expect(store.read((view) => view.info())).toMatchObject({
        generation: 1,
        documents: 2,
        chunks: 2,
        lastIndexedAt: null,
        recipes: ['r1'],
      });
    });

    test('puts the new rows of a file in the place of the old ones', () => {
      const store = open();
      store.commit(batch({ replace: [sampleFile('a.go', ['old words', 'old tail'])] }));
      store.commit(batch({ replace: [sampleFile('a.go', ['new words'])] }));
      expect([foundPaths(store, 'old'), foundPaths(store, 'new')]).toEqual([[], ['a.go']]);
      const [info, state] = store.read((view) => [view.info(), view.state()] as const);
      expect(info).toMatchObject({ generation: 2, documents: 1, chunks: 1 });
      expect(info).toMatchObject(state);
      expect(store.read((view) => view.text(view.match({ terms: ['new'], weights: even, limit: 1 })[0]?.file ?? 0))).toBe('new words');
    });

    test('removes files and passes over unknown ones', () => {
      const store = open();
      store.commit(batch({ replace: [sampleFile('a.go', ['alpha']), sampleFile('b.go', ['alpha'])] }));
      store.commit(batch({ remove: ['a.go', 'never.go'] }));
      expect(foundPaths(store, 'alpha')).toEqual(['b.go']);
      expect(store.read((view) => view.info())).toMatchObject({ documents: 1, chunks: 1 });
      expect(store.fileState('a.go')).toBeUndefined();
    });

    test('keeps stat values exactly and takes new ones without touching the rows', () => {
      const store = open();
      store.commit(
        batch({
          replace: [sampleFile('a.go', ['alpha'], { ino: 2 ** 60, mtimeMs: 1_763_712_345_678.912, ctimeMs: 1_763_712_345_679.125 })],
        }),
      );
      expect(store.fileState('a.go')).toMatchObject({
        folderPath: '/p',
        ino: 2 ** 60,
        mtimeMs: 1_763_712_345_678.912,
        ctimeMs: 1_763_712_345_679.125,
        readAtMs: 5_000,
        recipe: 'r1',
      });
      store.commit(batch({ folderPath: '/p/inner', touch: [{ path: 'a.go', sizeBytes: 9, mtimeMs: 2, ctimeMs: 5, ino: 3, readAtMs: 4 }] }));
      expect(store.fileState('a.go')).toMatchObject({ folderPath: '/p/inner', sizeBytes: 9, mtimeMs: 2, ctimeMs: 5, ino: 3, readAtMs: 4 });
      expect(foundPaths(store, 'alpha')).toEqual(['a.go']);
    });

    test('takes any path and any token as plain text', () => {
      const store = open();
      const odd = ['new\nline.go', 'ünï🌍.go', `quote"'.go`, 'x'.repeat(250)];
      store.commit(batch({ replace: odd.map((path) => sampleFile(path, ['NEAR grün a_b $x1 日本'])) }));
      for (const term of ['near', 'grün', 'a_b', 'x1', '日本']) expect(foundPaths(store, term).sort()).toEqual([...odd].sort());
      for (const term of ['gr', 'a', 'NEAR', '日', '"', '*', 'near" OR "p', '']) expect(foundPaths(store, term)).toEqual([]);
      for (const path of odd) expect(store.fileState(path)).toBeDefined();
    });

    test('remembers skips until the file is indexed or removed', () => {
      const store = open();
      const skip = (path: string): FileSkip => ({
        path,
        sizeBytes: 9,
        mtimeMs: 2.5,
        ctimeMs: 2.75,
        ino: 3,
        readAtMs: 4,
        reason: 'binary',
        recipe: 'r1',
      });
      expect(store.fileSkip('a.go')).toBeUndefined();
      store.commit(batch({ skip: ['a.go', 'b.go', 'c.go'].map(skip) }));
      expect(store.fileSkip('a.go')).toEqual(skip('a.go'));
      store.commit(
        batch({ replace: [sampleFile('a.go', ['alpha'])], remove: ['b.go', 'c.go'], skip: [{ ...skip('c.go'), reason: 'empty' }] }),
      );
      expect([store.fileSkip('a.go'), store.fileSkip('b.go'), store.fileSkip('c.go')?.reason]).toEqual([undefined, undefined, 'empty']);
      expect(store.skipsBeneath('').map(({ path }) => path)).toEqual(['c.go']);
      store.clear();
      expect(store.skipsBeneath('').map(({ path }) => path)).toEqual([]);
    });

    test('tells what lies beneath a directory, and nothing beside it', () => {
      const store = open();
      const paths = ['a/x.go', 'a/b/y.go', 'a/b/ü.go', 'a/b-c/z.go', 'a/b.go', 'a/b0.go', 'b.go'];
      const skip = { sizeBytes: 9, mtimeMs: 2, ctimeMs: 2, ino: 3, readAtMs: 4, reason: 'binary' as const, recipe: 'r1' };
      store.commit(
        batch({ replace: paths.map((path) => sampleFile(path, ['alpha'])), skip: paths.map((path) => ({ ...skip, path: `${path}.bin` })) }),
      );
      const beneath = (prefix: string) => store.filesBeneath(prefix).map((file) => file.path);
      expect(beneath('a/b/').sort()).toEqual(['a/b/y.go', 'a/b/ü.go']);
      expect(beneath('').sort()).toEqual([...paths].sort());
      expect([beneath('c/'), store.skipsBeneath('c/')]).toEqual([[], []]);
      expect(store.filesBeneath('a/b/')[0]).toMatchObject({ ...store.fileState('a/b/y.go') });
      const skipped = store.skipsBeneath('a/b/').sort((left, right) => (left.path < right.path ? -1 : 1));
      expect(skipped).toEqual([
        { ...skip, path: 'a/b/y.go.bin' },
        { ...skip, path: 'a/b/ü.go.bin' },
      ]);
    });

    test('keeps a file without chunks', () => {
      const store = open();
      store.commit(batch({ replace: [sampleFile('empty.go', [])] }));
      expect(store.fileState('empty.go')).toBeDefined();
      expect(store.read((view) => view.info())).toMatchObject({ documents: 1, chunks: 0 });
    });
  });

  describe('folders', () => {
    test('are listed with what they own, and since when', () => {
      const store = open();
      store.commit(
        batch({ folderPath: '/p/b', replace: [sampleFile('b/1.go', ['alpha', 'beta'])], completedAt: '2026-01-02T03:04:05.000Z' }),
      );
      store.addFolder('/p/a');
      expect(store.read((view) => view.folders())).toEqual([
        { folder_path: '/p/a', documents: 0, chunks: 0, last_indexed_at: null },
        { folder_path: '/p/b', documents: 1, chunks: 2, last_indexed_at: '2026-01-02T03:04:05.000Z' },
      ]);
      expect([...store.files()]).toEqual([{ id: expect.any(Number), path: 'b/1.go', folderPath: '/p/b' }]);
      store.commit(batch({ folderPath: '/p/b', remove: ['b/1.go'] }));
      store.removeFolder('/p/b');
      expect(store.read((view) => view.folders().map((folder) => folder.folder_path))).toEqual(['/p/a']);
    });

    test('keep the request of the run that came to its end, and before one the first that was begun', () => {
      const store = open();
      const request = (folder_path: string, exclude: string[]) => indexRequestSchema.parse({ folder_path, exclude });
      const requests = () => store.read((view) => view.folderRequests().map((folder) => [folder.folderPath, folder.request?.exclude?.[0]]));
      store.addFolder('/p/a');
      store.addFolder('/p/b', request('/p/b', ['begun']));
      store.addFolder('/p/b', request('/p/b', ['begun again']));
      expect(requests()).toEqual([
        ['/p/a', undefined],
        ['/p/b', 'begun'],
      ]);
      store.addFolder('/p/a', request('/p/a', ['later']));
      store.commit(batch({ folderPath: '/p/b', replace: [sampleFile('b/1.go', ['alpha'])] }));
      store.commit(batch({ folderPath: '/p/b', request: request('/p/b', ['done']), completedAt: '2026-01-02T03:04:05.000Z' }));
      store.addFolder('/p/b');
      expect(requests()).toEqual([
        ['/p/a', 'later'],
        ['/p/b', 'done'],
      ]);
      store.removeFolder('/p/a');
      expect(requests()).toEqual([['/p/b', 'done']]);
    });

    test('keep what their last whole run has skipped, until they are removed', () => {
      const store = open();
      const skips = () => store.read((view) => [view.skipSummaries(), view.info().skipped]);
      const one = { counts: { secret: 2, binary: 1 }, examples: [{ path: '.env', reason: 'secret' }] } as const;
      store.commit(batch({ folderPath: '/p/a', skipped: { counts: { empty: 9 }, examples: [] } }));
      store.commit(batch({ folderPath: '/p/a', skipped: one }));
      store.commit(batch({ folderPath: '/p/b', skipped: { counts: { binary: 4 }, examples: [] } }));
      store.commit(batch({ folderPath: '/p/b', replace: [sampleFile('b/1.go', ['alpha'])] }));
      expect(skips()).toEqual([[one, { counts: { binary: 4 }, examples: [] }], { secret: 2, binary: 5 }]);
      store.commit(batch({ folderPath: '/p/b', remove: ['b/1.go'] }));
      store.removeFolder('/p/b');
      expect(skips()).toEqual([[one], { secret: 2, binary: 1 }]);
      expect(store.verify()).toEqual([]);
    });

    test('are all gone after clearing, and the generation goes on', () => {
      const store = open();
      store.commit(batch({ replace: [sampleFile('a.go', ['alpha'])], completedAt: '2026-01-02T03:04:05.000Z' }));
      store.clear();
      expect(store.read((view) => view.info())).toMatchObject({ generation: 2, documents: 0, chunks: 0, lastIndexedAt: null, recipes: [] });
      expect(store.read((view) => view.folders())).toEqual([]);
      expect(foundPaths(store, 'alpha')).toEqual([]);
      expect(store.commit(batch({ replace: [sampleFile('b.go', ['alpha'])] }))).toBe(3);
      expect(foundPaths(store, 'alpha')).toEqual(['b.go']);
    });
  });

  describe('matching', () => {
    const files = [
      sampleFile('src/a.go', ['red red red blue', 'green']),
      sampleFile('src/b.py', ['red blue blue'], { language: 'python' }),
      sampleFile('test/c.go', ['red'], { sourceType: 'test' }),
      sampleFile('docs/red.md', ['nothing here at all to find', 'blue'], { language: 'markdown', sourceType: 'doc' }),
      ...Array.from({ length: 20 }, (_, index) => sampleFile(`other/${index}.go`, ['grey words'])),
    ];

    test('orders by rarity, frequency and length, best first', () => {
      const store = open();
      store.commit(batch({ replace: files }));
      const [matches, first] = store.read((view) => {
        const found = view.match({ terms: ['red'], weights: { body: 1, path: 0.1, symbol: 1 }, limit: 50 });
        return [found, found[0] && view.chunkOf(found[0])] as const;
      });
      expect(matches[0]).toMatchObject({ path: 'src/a.go', language: 'go', sourceType: 'code' });
      expect(first).toMatchObject({ path: 'src/a.go', startLine: 1, ordinal: 0 });
      expect(matches.every((match, index) => index === 0 || match.score <= (matches[index - 1]?.score ?? 0))).toBe(true);
    });

    test('weighs the path as a field of its own', () => {
      const store = open();
      store.commit(batch({ replace: files }));
      const best = (path: number) =>
        store.read((view) => view.match({ terms: ['red'], weights: { body: 1, path, symbol: 1 }, limit: 1 })[0]?.path);
      expect([best(0.01), best(50)]).toEqual(['src/a.go', 'docs/red.md']);
    });

    test('filters before it counts to the limit', () => {
      const store = open();
      store.commit(batch({ replace: files }));
      const found = (filter: object) =>
        store.read((view) => view.match({ terms: ['red', 'blue'], weights: even, limit: 1, filter })).map((m) => m.path);
      expect(found({ languages: ['python'] })).toEqual(['src/b.py']);
      expect(found({ sourceTypes: ['test'] })).toEqual(['test/c.go']);
      expect(found({ path: (path: string) => path.startsWith('docs/') })).toEqual(['docs/red.md']);
      expect(found({ path: () => true, languages: ['go'], sourceTypes: ['doc'] })).toEqual([]);
      expect(found({})).toHaveLength(1);
    });

    test('says which of the asked names a chunk defines, whatever their case and the words they are made of', () => {
      const store = open();
      const definitions = ['parseUrl', 'Getter', 'save!', '_', 'größe'];
      store.commit(batch({ replace: [sampleFile('a.go', ['alpha'], { definitions }), sampleFile('b.go', ['alpha getter parseUrl'])] }));
      const defined = (...names: string[]) =>
        store
          .read((view) => view.match({ terms: ['alpha'], weights: even, limit: 9, names }))
          .sort((left, right) => (left.path < right.path ? -1 : 1))
          .map((match) => match.definitions);
      expect(defined()).toEqual([[], []]);
      expect(defined('absent')).toEqual([[], []]);
      expect(defined('PARSEURL', 'GetTer')).toEqual([['parseUrl', 'Getter'], []]);
      for (const name of definitions) expect(defined(name)).toEqual([[name], []]);
      expect(defined('_', 'GRÖSSE', 'GRÖßE')).toEqual([['_', 'größe'], []]);
    });

    test('gives a chunk by its id and by its place in the file', () => {
      const store = open();
      store.commit(batch({ replace: files }));
      const id = sampleId('src/a.go', 1, 'green');
      store.read((view) => {
        const chunk = view.chunk(id);
        expect(chunk).toMatchObject({ chunkId: id, path: 'src/a.go', ordinal: 1, startLine: 2, startOffset: 17, endOffset: 22 });
        expect(view.chunkAt(chunk?.file ?? 0, 0)?.startLine).toBe(1);
        expect(view.chunkAt(chunk?.file ?? 0, 2)).toBeUndefined();
        expect(view.chunk('ffffffff')).toBeUndefined();
        expect(view.chunk('not hex')).toBeUndefined();
        for (const near of [`${id}0`, `${id}zz`, id.toUpperCase(), ` ${id}`]) expect(view.chunk(near)).toBeUndefined();
      });
    });
  });

  test('gives a chunk that was shown by its id as the file is now, and none that went with an edit', () => {
    const store = open();
    const find = (id: string) => store.read((view) => view.chunk(id));
    store.commit(batch({ replace: [sampleFile('a.go', ['red', 'green'])] }));
    expect(foundPaths(store, 'red', 'green')).toHaveLength(2);
    const [red, green] = [sampleId('a.go', 0, 'red'), sampleId('a.go', 1, 'green')];
    const before = find(red);
    store.commit(batch({ replace: [sampleFile('a.go', ['red', 'blue'])] }));
    const after = find(red);
    expect([before?.path, after?.path, after?.file === before?.file]).toEqual(['a.go', 'a.go', false]);
    expect(find(green)).toBeUndefined();
    store.commit(batch({ remove: ['a.go'] }));
    expect(find(red)).toBeUndefined();
  });

  test('stays sound through many small commits', () => {
    const store = open();
    for (let round = 0; round < 60; round++) {
      const names = [round % 7, round % 11, round % 13].map((n) => `f${n}.go`);
      store.commit(
        batch({
          replace: [...new Set(names)].map((name) => sampleFile(name, [`round${round} common`, 'second'])),
          remove: [`f${round % 5}.go`],
        }),
      );
    }
    while (store.maintain());
    const { documents, chunks } = store.read((view) => view.info());
    expect(foundPaths(store, 'common').length).toBe(documents);
    expect(chunks).toBe(documents * 2);
    expect(store.verify()).toEqual([]);
    expect(store.sizeBytes()).toBeGreaterThan(0);
  });
}

/** Changes a store file behind its back. */
export function runInStore(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** Makes the first page of an index of the database unreadable. */
export function fillPage(file: string, name: string): void {
  const database = new DatabaseSync(file);
  const page = Number(database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name)?.['rootpage']);
  database.close();
  const handle = fs.openSync(file, 'r+');
  fs.writeSync(handle, Buffer.alloc(8192, 0xff), 0, 8192, (page - 1) * 8192);
  fs.closeSync(handle);
}
