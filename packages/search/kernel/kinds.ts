/** Kinds of ASCII characters in words. */
export const SEPARATOR: u32 = 0;
export const LOWER: u32 = 1;
export const UPPER: u32 = 2;
export const DIGIT: u32 = 3;

/** What a UTF-16 unit is: no part of a word, part of an ASCII word, to be looked at as Unicode. */
export const BORDER: u32 = 0;
export const ASCII: u32 = 1;
export const UNICODE: u32 = 2;

const kinds: usize = memory.data(128);
const parts: usize = memory.data(128);

for (let code: u32 = 0; code < 128; code++) {
  const kind: u32 =
    code >= 0x61 && code <= 0x7a ? LOWER : code >= 0x41 && code <= 0x5a ? UPPER : code >= 0x30 && code <= 0x39 ? DIGIT : SEPARATOR;
  store<u8>(kinds + code, <u8>kind);
  // `_` and `$` belong to words.
  store<u8>(parts + code, <u8>(kind !== SEPARATOR || code === 0x5f || code === 0x24 ? ASCII : BORDER));
}

/** @param code below 128 */
export function kindOf(code: u32): u32 {
  return load<u8>(kinds + code);
}

/** @param unit a UTF-16 unit */
export function roleOf(unit: u32): u32 {
  return unit < 128 ? <u32>load<u8>(parts + unit) : UNICODE;
}

export function lowerCase(code: u32): u32 {
  return kindOf(code) === UPPER ? code | 0x20 : code;
}
