/** Bytes that cannot be what was written. The store turns it into INDEX_CORRUPT. */
export class DamagedBytes extends Error {
  override readonly name = 'DamagedBytes';
}
