import type { FileTable, InsertedFile } from './file-table.ts';
import type { FileIndexed, StoreBatch } from './index-store.ts';
import type { SkipTable } from './skip-table.ts';
import type { Statements } from './statements.ts';

/** What a batch did to the rows of files; the segments have to follow it. */
export interface FileChanges {
  /** Numbers of the files that went. */
  dead: number[];
  /** Chunks that these files had: so many documents have to die in the segments. */
  deadChunks: number;
  /** Files that came and have chunks. */
  inserted: InsertedFile[];
  /** How many more files, and chunks, there are than before. */
  growth: { documents: number; chunks: number };
}

interface Tables {
  statements: Statements;
  files: FileTable;
  skips: SkipTable;
}

/**
 * Takes out and puts in the rows of a batch, inside the transaction of its owner. Of a path that comes several times the
 * last version counts: the rows of the others would have documents in a segment that does not exist yet, where nobody
 * could take them out.
 */
export function changeFiles({ remove, replace }: StoreBatch, folder: number, { statements, files, skips }: Tables): FileChanges {
  const dead: number[] = [];
  let deadChunks = 0;
  const takeOut = (path: string): void => {
    const removed = files.remove(path);
    if (removed === null) return;
    dead.push(removed.id);
    deadChunks += removed.chunks;
  };
  for (const path of remove) {
    skips.remove(path);
    takeOut(path);
  }
  const wanted = lastOfEachPath(replace);
  files.begin(wanted);
  const recipes = new Map<string, number>();
  let chunks = 0;
  const inserted = wanted.map((file) => {
    skips.remove(file.path);
    chunks += file.chunkCount;
    let recipe = recipes.get(file.recipe);
    if (recipe === undefined) recipes.set(file.recipe, (recipe = recipeId(statements, file.recipe)));
    return files.insert(file, { folder, recipe, takeOut });
  });
  files.settle();
  const growth = { documents: wanted.length - dead.length, chunks: chunks - deadChunks };
  return { dead, deadChunks, inserted: inserted.filter(({ rows }) => rows.length > 0), growth };
}

/** In the order of those that stay. */
function lastOfEachPath(files: readonly FileIndexed[]): readonly FileIndexed[] {
  const last = new Map(files.map((file) => [file.path, file]));
  return last.size === files.length ? files : files.filter((file) => last.get(file.path) === file);
}

function recipeId(statements: Statements, recipe: string): number {
  statements.get('INSERT INTO recipes(recipe) VALUES (?) ON CONFLICT(recipe) DO NOTHING').run(recipe);
  return Number(statements.get('SELECT id FROM recipes WHERE recipe = ?').get(recipe)?.['id']);
}
