import type { DatabaseSync } from 'node:sqlite';
import { MetaTable } from './meta-table.ts';
import { SegmentRows } from './segment-rows.ts';
import { SegmentSet } from './segment-set.ts';
import { SqliteView } from './sqlite-view.ts';
import { Statements } from './statements.ts';
import { TextBlocks } from './text-blocks.ts';

/** What every connection to the store has, the one that writes and those that read. */
export class StoreParts {
  readonly statements: Statements;
  readonly meta: MetaTable;
  readonly rows: SegmentRows;
  readonly segments: SegmentSet;
  readonly texts: TextBlocks;
  readonly view: SqliteView;

  /** @param cacheBytes of dictionary and postings that are kept */
  constructor(file: string, database: DatabaseSync, cacheBytes: number) {
    this.statements = new Statements(database);
    this.meta = new MetaTable(this.statements);
    this.rows = new SegmentRows(this.statements);
    this.segments = new SegmentSet(this.statements, this.meta, this.rows, cacheBytes);
    this.texts = new TextBlocks(this.statements, this.meta);
    this.view = new SqliteView(file, this);
  }
}
