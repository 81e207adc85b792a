/*
 * Columns of 32-bit numbers and of bytes in the memory of the module. A pointer stands in a global of its user, since
 * what is loaded through a field would be loaded again after each store. Nothing is ever freed: a column that has
 * become too small is moved to one twice as large, and who runs the module drops it whole when it has become large.
 */

/** Bytes before a column: its capacity, in bytes. */
const HEAD: usize = 8;

/** @returns where the column begins; its bytes are 0 */
export function newColumn(bytes: usize): usize {
  const start = heap.alloc(bytes + HEAD) + HEAD;
  store<u32>(start - HEAD, <u32>bytes);
  memory.fill(start, 0, bytes);
  return start;
}

/** @returns where the column is now; it has room for `bytes`, and what is new in it is 0 */
export function grownColumn(column: usize, bytes: usize): usize {
  const capacity: usize = load<u32>(column - HEAD);
  if (bytes <= capacity) return column;
  const larger = newColumn(max(capacity * 2, bytes));
  memory.copy(larger, column, capacity);
  heap.free(column - HEAD);
  return larger;
}

export function clearColumn(column: usize): void {
  memory.fill(column, 0, load<u32>(column - HEAD));
}
