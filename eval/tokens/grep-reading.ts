import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stopWords } from '@agent-brain/search/lexical';
import { tokenize } from '@agent-brain/search/tokenize';
import type { Part } from './count-tokens.ts';

interface SearchedFile {
  path: string;
  text: string;
  lower: string;
}

const SHORTEST_WORD = 3;
/** Lines of the list of files that are looked at before one is opened; an agent would not read more. */
const FILES_LISTED = 20;
/** A zero byte among the first makes a file binary for ripgrep. */
const BINARY_PROBE = 8_192;

/** What an agent without an index does: `rg --count-matches` with the words of the question, then it reads the files. */
export class GrepReader {
  readonly #files: readonly SearchedFile[];

  /** @param folder its hidden and binary files are left out, as ripgrep leaves them out */
  constructor(folder: string) {
    this.#files = textFiles(folder, '');
  }

  /**
   * The list that ripgrep gives, files with the most different words of the query first, then those files in that order.
   * @param lines of each file that are read from its beginning; all when absent
   */
  parts(query: string, lines = Number.POSITIVE_INFINITY): Part[] {
    const words = wordsOf(query);
    const hits = this.#files.flatMap((file) => {
      const counts = words.map((word) => occurrences(file.lower, word));
      const different = counts.filter((count) => count > 0).length;
      return different === 0 ? [] : [{ file, different, total: counts.reduce((sum, count) => sum + count, 0) }];
    });
    hits.sort((left, right) => right.different - left.different || right.total - left.total || (left.file.path < right.file.path ? -1 : 1));
    const list = hits.slice(0, FILES_LISTED).map(({ file, total }) => `${file.path}:${total}\n`);
    return [{ path: null, text: list.join('') }, ...hits.map(({ file }) => ({ path: file.path, text: headOf(file.text, lines) }))];
  }
}

/** Of three letters or more, without the words of questions; all words when nothing is left. */
function wordsOf(query: string): string[] {
  const words = [...new Set(query.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [])];
  const telling = words.filter((word) => word.length >= SHORTEST_WORD && !stopWords.has(tokenize(word)[0] ?? word));
  return telling.length === 0 ? words : telling;
}

function occurrences(text: string, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) count++;
  return count;
}

function headOf(text: string, lines: number): string {
  if (lines === Number.POSITIVE_INFINITY) return text;
  return text.split('\n', lines).join('\n');
}

function textFiles(folder: string, below: string): SearchedFile[] {
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return textFiles(folder, name);
    if (!entry.isFile()) return [];
    const bytes = readFileSync(path.join(folder, name));
    if (bytes.subarray(0, BINARY_PROBE).includes(0)) return [];
    const text = bytes.toString('utf8');
    return [{ path: name, text, lower: text.toLowerCase() }];
  });
}
