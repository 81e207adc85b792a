import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { FileAttributes } from './file-attributes.ts';
import { createTables } from './schema.ts';
import { Statements } from './statements.ts';

const databases: DatabaseSync[] = [];
afterEach(() => {
  for (const database of databases.splice(0)) database.close();
});

function filled(files: number): { database: DatabaseSync; statements: Statements } {
  const database = new DatabaseSync(':memory:');
  databases.push(database);
  createTables(database);
  database.exec("INSERT INTO folders(id, path) VALUES (1, '/p'); INSERT INTO recipes(id, recipe) VALUES (1, 'r');");
  database.exec('INSERT INTO text_blocks(id, length, live) VALUES (1, 1, 1)');
  for (let file = 1; file <= files; file++) insert(database, file, `src/${file}.go`);
  return { database, statements: new Statements(database) };
}

function insert(database: DatabaseSync, id: number, path: string): void {
  const sql = `INSERT INTO files VALUES (?, ?, 1, x'00', 1, 1, 1, 1, 1, 'go', ?, 1, 1, 1, 0, 1)`;
  database.prepare(sql).run(id, path, path.startsWith('test/') ? 'test' : 'code');
}

const numbers = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('attributes of files', () => {
  test('are read once, and all of a question at once', () => {
    const { database, statements } = filled(10);
    const attributes = new FileAttributes(statements);
    const of = attributes.of([3, 1, 3, 99]);
    expect([of(1), of(3)?.path, of(99)]).toEqual([{ path: 'src/1.go', language: 'go', sourceType: 'code' }, 'src/3.go', undefined]);
    database.exec('DELETE FROM files WHERE id = 1');
    expect(attributes.of([1])(1)?.path).toBe('src/1.go');
  });

  test('of a file that was put in anew come from its new row, as it has another number', () => {
    const { database, statements } = filled(2);
    const attributes = new FileAttributes(statements);
    attributes.of([1, 2]);
    database.exec('DELETE FROM files WHERE id = 2');
    insert(database, 3, 'test/2.go');
    const of = attributes.of([1, 3]);
    expect([of(1)?.path, of(3)]).toEqual(['src/1.go', { path: 'test/2.go', language: 'go', sourceType: 'test' }]);
  });

  test('are never of more files than are kept, and of all that were asked for', () => {
    const { statements } = filled(60);
    const attributes = new FileAttributes(statements, 20);
    for (let first = 1; first <= 46; first += 5) {
      const asked = numbers(first, first + 14);
      const of = attributes.of(asked);
      expect(asked.map((file) => of(file)?.path)).toEqual(asked.map((file) => `src/${file}.go`));
      expect(attributes.size).toBeLessThanOrEqual(20);
    }
  });

  test('are of all files for a filter, whatever was asked for before and comes after', () => {
    const { database, statements } = filled(50);
    const attributes = new FileAttributes(statements, 20);
    attributes.of([49]);
    const passing = (first: number, last: number, documents: number) =>
      numbers(first, last).filter(attributes.test({ path: (path) => path.endsWith('9.go') }, documents));
    expect(passing(1, 50, 50)).toEqual([9, 19, 29, 39, 49]);
    insert(database, 59, 'src/59.go');
    expect(attributes.of([59, 9])(59)?.path).toBe('src/59.go');
    expect(passing(1, 60, 51)).toEqual([9, 19, 29, 39, 49, 59]);
  });
});
