import { expect, test } from 'vitest';
import { Changes } from './changes.ts';

test('counts what waits, what is under way and what has failed, each once', () => {
  const changes = new Changes();
  for (const file of ['/p/a', '/p/b', '/p/a']) changes.add(file);
  expect(changes.pending(false)).toBe(2);
  changes.take();
  changes.add('/p/c');
  expect([changes.pending(false), changes.pending(true)]).toEqual([3, 1]);
  changes.fail();
  expect(changes.pending(false)).toBe(3);
  changes.add('/p/a');
  expect(changes.pending(false)).toBe(3);
  changes.retry();
  expect(changes.take().paths.toSorted()).toEqual(['/p/a', '/p/b', '/p/c']);
  changes.done();
  expect(changes.pending(false)).toBe(0);
});

test('what changes again during a batch waits for the next, also when the batch fails', () => {
  const changes = new Changes();
  changes.add('/p/a');
  changes.take();
  changes.add('/p/a');
  changes.fail();
  expect(changes.hasFailed).toBe(false);
  expect(changes.take().paths).toEqual(['/p/a']);
});

test('a comparison covers all changes beneath its directory', () => {
  const changes = new Changes();
  for (const file of ['/p/src/a', '/p/srcx', '/p/src']) changes.add(file);
  changes.compare('/p/src');
  expect(changes.take()).toEqual({ paths: ['/p/src', '/p/srcx'], comparisons: ['/p/src'] });
});

test('very many files of one directory are handed over as the directory', () => {
  const changes = new Changes();
  for (let n = 0; n < 301; n += 1) changes.add(`/p/many/${n}`);
  for (let n = 0; n < 300; n += 1) changes.add(`/p/few/${n}`);
  const { paths } = changes.take();
  expect(paths).toHaveLength(301);
  expect(paths).toContain('/p/many');
});

test('a folder that is left takes its changes with it', () => {
  const changes = new Changes();
  changes.add('/p/a/x');
  changes.add('/p/b/x');
  changes.compare('/p/b');
  changes.keep((path) => path.startsWith('/p/a/'));
  expect(changes.take()).toEqual({ paths: ['/p/a/x'], comparisons: [] });
});
