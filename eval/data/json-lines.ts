import { readFileSync } from 'node:fs';

/** What a person gave or a data file holds is not as it must be; the message is all that is shown. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** Text of a data file. @throws DataError with the path */
export function readDataFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DataError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The objects of a JSON-lines file, empty lines passed over. @throws DataError with file and line */
export function readJsonLines<Row>(file: string): Row[] {
  const rows: Row[] = [];
  for (const [index, line] of readDataFile(file).split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push(JSON.parse(line) as Row);
    } catch (cause) {
      throw new DataError(`${file}:${index + 1} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
  return rows;
}
