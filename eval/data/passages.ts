import path from 'node:path';
import { DataError, readJsonLines } from './json-lines.ts';

/** A text that is found or not as a whole. */
export interface Passage {
  id: string;
  text: string;
  title?: string;
  /** The document it was cut from, and its place in it. */
  document?: string;
  position?: number;
}

export interface PassageQuery {
  id: string;
  query: string;
  /** Ids of the passages that answer it. */
  relevant: readonly string[];
}

export interface PassageSet {
  passages: readonly Passage[];
  queries: readonly PassageQuery[];
}

interface PassageRow {
  id: string | number;
  text: string;
  title?: string;
  doc_id?: string;
  original_index?: number;
}

/** A folder with `corpus.jsonl` and `queries.jsonl`. @throws DataError */
export function loadPassageSet(folder: string): PassageSet {
  const passages = readJsonLines<PassageRow>(path.join(folder, 'corpus.jsonl')).map(toPassage);
  const known = new Set(passages.map(({ id }) => id));
  const rows = readJsonLines<{ id: string; query: string; relevant: readonly { id: string | number }[] }>(
    path.join(folder, 'queries.jsonl'),
  );
  const queries = rows.map(({ id, query, relevant }) => {
    const ids = relevant.map((target) => String(target.id));
    const missing = ids.find((target) => !known.has(target));
    if (missing !== undefined) throw new DataError(`${folder}: query ${id} asks for the passage ${missing}, which the corpus lacks`);
    return { id, query, relevant: ids };
  });
  return { passages, queries };
}

const toPassage = ({ id, text, title, doc_id, original_index }: PassageRow): Passage => ({
  id: String(id),
  text,
  ...(title === undefined ? {} : { title }),
  ...(doc_id === undefined ? {} : { document: doc_id }),
  ...(original_index === undefined ? {} : { position: original_index }),
});
