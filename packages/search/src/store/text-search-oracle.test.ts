import { DatabaseSync } from 'node:sqlite';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { tokenize } from '../tokenize/index.ts';
import { seededRandom } from './fixtures/seeded-random.ts';
import { batch, sampleFile } from './index-store.contract.ts';
import { SqliteIndexStore, storeFile } from './index.ts';

const weights = { body: 1, path: 3, symbol: 4 };

interface Sample {
  path: string;
  lines: string[];
  definitions: string[];
}

/** The same chunks in an FTS5 table of SQLite, over the same tokens; `unicode61` must not split them again. */
function oracleOf(samples: readonly Sample[]): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE VIRTUAL TABLE chunks USING fts5(body, path, symbol, name UNINDEXED, tokenize="ascii tokenchars '_$'")`);
  const insert = database.prepare('INSERT INTO chunks(body, path, symbol, name) VALUES (?, ?, ?, ?)');
  const joined = (text: string) => tokenize(text).join(' ');
  for (const { path, lines, definitions } of samples) {
    lines.forEach((line, ordinal) => insert.run(joined(line), joined(path), joined(definitions.join(' ')), `${path} ${ordinal}`));
  }
  return database;
}

function samplesOf(seed: number, count: number): Sample[] {
  const random = seededRandom(seed);
  const word = () => `word${Math.floor(random() ** 3 * 300)}`;
  const words = (most: number) => Array.from({ length: 1 + Math.floor(random() * most) }, word);
  return Array.from({ length: count }, (_, index) => ({
    path: `src/${word()}/${word()}_${index}.go`,
    lines: Array.from({ length: 1 + Math.floor(random() * 4) }, () => words(60).join(' ')),
    definitions: words(3),
  }));
}

test('order and scores are those of FTS5 over the same words, for questions of one to six words', () => {
  const samples = samplesOf(7, 400);
  const store = SqliteIndexStore.open(storeFile(temporaryDirectory('oracle')));
  const oracle = oracleOf(samples);
  try {
    for (let start = 0; start < samples.length; start += 90) {
      const replace = samples.slice(start, start + 90).map(({ path, lines, definitions }) => sampleFile(path, lines, { definitions }));
      store.commit(batch({ replace }));
    }
    const random = seededRandom(8);
    for (let round = 0; round < 60; round++) {
      const terms = [...new Set(Array.from({ length: 1 + (round % 6) }, () => `word${Math.floor(random() ** 2 * 320)}`))];
      const sql = 'SELECT name, -bm25(chunks, ?, ?, ?) AS score FROM chunks WHERE chunks MATCH ? ORDER BY score DESC, rowid LIMIT 50';
      const expected = oracle.prepare(sql).all(weights.body, weights.path, weights.symbol, terms.map((term) => `"${term}"`).join(' OR '));
      const found = store.read((view) =>
        view
          .match({ terms, weights, limit: 50, constants: { k1: 1.2, b: 0.75 } })
          .map((match) => ({ ...view.chunkOf(match), score: match.score })),
      );
      expect(found.map(({ score }) => score.toFixed(6))).toEqual(expected.map(({ score }) => Number(score).toFixed(6)));
      // Chunks whose scores differ in their last bits only may change places.
      const ranked = (names: string[], scores: number[]) =>
        names.map((name, index) => `${(scores[index] as number).toFixed(6)} ${name}`).sort();
      const whole = (scores: number[]) => scores.filter((score) => score.toFixed(6) !== scores.at(-1)?.toFixed(6)).length;
      const ours = ranked(
        found.map(({ path, ordinal }) => `${path} ${ordinal}`),
        found.map(({ score }) => score),
      ).reverse();
      const theirs = ranked(
        expected.map(({ name }) => String(name)),
        expected.map(({ score }) => Number(score)),
      ).reverse();
      const certain = whole(found.map(({ score }) => score));
      expect(ours.slice(0, certain)).toEqual(theirs.slice(0, certain));
    }
  } finally {
    store.close();
    oracle.close();
  }
});
