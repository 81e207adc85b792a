/** Bytes of a term, at most: 64 UTF-16 units of a token take no more than 192 in UTF-8. */
export const termBytesMax = 255;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const termBytes = (term: string): Uint8Array => encoder.encode(term);

export const termText = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Order of the dictionary: that of the bytes, as SQLite orders blobs. */
export function compareTerms(left: Uint8Array, right: Uint8Array): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index++) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Bytes that both begin with. */
export function sharedPrefix(left: Uint8Array, right: Uint8Array): number {
  const shorter = Math.min(left.length, right.length);
  let length = 0;
  while (length < shorter && left[length] === right[length]) length += 1;
  return length;
}
