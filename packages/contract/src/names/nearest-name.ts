/**
 * The name that was probably meant: the one with the fewest letters to change, if those are few for its length.
 * Upper case, `-` and `_` make no difference.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  if (given.length > MAX_LENGTH) return undefined;
  const plain = normalised(given);
  let nearest: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(plain, normalised(name));
    const isNear = distance <= Math.max(1, Math.floor(name.length / 3));
    if (isNear && (nearest === undefined || distance < nearest.distance)) nearest = { name, distance };
  }
  return nearest?.name;
}

const MAX_LENGTH = 100;

const normalised = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

/** Letters inserted, removed, replaced, or swapped with their neighbour (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const replaced = at(previous, column - 1) + (one[row - 1] === other[column - 1] ? 0 : 1);
      const isSwapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const swapped = isSwapped ? at(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(replaced, swapped, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, other.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? 0;
