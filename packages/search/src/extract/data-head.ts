/** Characters of a data file that are indexed: enough for its head and structure, and too few to drown the sources. */
const maxChars = 16_000;
/** A longer line is cut, in characters. */
const maxLineChars = 2_000;

/**
 * Coordinates, paths, pictures and hashes: runs of numbers and of letters without a word in them. Linear: each
 * alternative is one class, or such a class between fixed characters.
 */
const noise = /[-+\d.,;:eE\s[\]]{60,}|[A-Za-z0-9+/=]{200,}|(?<=[\s"'](?:d|points|transform|path)=")[^"]{60,}/g;

/**
 * The head of a data file as it is indexed: its first lines (names of columns and keys, first rows, first messages), long
 * runs of numbers left out, so that of a drawing or of geometries the names and texts remain. Line n of the result is
 * line n of the file.
 */
export function dataHead(text: string): string {
  const lines: string[] = [];
  let length = 0;
  for (const line of withoutNoise(text).split('\n')) {
    if (length + 1 > maxChars) break;
    const cut = line.slice(0, Math.min(maxLineChars, maxChars - length)).toWellFormed();
    lines.push(cut);
    length += cut.length + 1;
  }
  return lines.join('\n');
}

/** Keeps the line ends of what is left out. */
const withoutNoise = (text: string): string => text.replaceAll(noise, (run) => `…${'\n'.repeat(run.split('\n').length - 1)}`);
