/*
 * Columns of 32-bit numbers and of bytes in the memory of the module. A pointer stands in a global of its user, since
 * what is loaded through a field would be loaded again after each store. Nothing is ever freed: a column that has
 * become too small is moved to one at least twice as large, so that what is left behind is never more than what is used,
 * and who runs the module drops it whole when it has become large.
 */

/** Bytes before a column: its capacity, in bytes. */
const HEAD: usize = 8;
const PAGE_BITS: usize = 16;

/** Where free memory begins. */
let top: usize = (__heap_base + 7) & ~7;

/** @returns where the column begins; its bytes are 0 */
export function newColumn(bytes: usize): usize {
  const start = top + HEAD;
  const end = (start + bytes + 7) & ~7;
  const pages = <i32>((end - 1) >>> PAGE_BITS) + 1 - memory.size();
  // More than the whole of 4 GiB is asked for, or the machine has no more: the thread ends, and the file is skipped.
  if (end < top || (pages > 0 && memory.grow(pages) < 0)) unreachable();
  top = end;
  store<u32>(start - HEAD, <u32>bytes);
  return start;
}

/** @returns where the column is now; it has room for `bytes`, and what is new in it is 0 */
export function grownColumn(column: usize, bytes: usize): usize {
  const capacity: usize = load<u32>(column - HEAD);
  if (bytes <= capacity) return column;
  const larger = newColumn(max(capacity * 2, bytes));
  memory.copy(larger, column, capacity);
  return larger;
}

export function clearColumn(column: usize): void {
  memory.fill(column, 0, load<u32>(column - HEAD));
}
