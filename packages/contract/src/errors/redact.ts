/**
 * Removes what must never leave a process in prose: bearer tokens of our own (they carry the fixed
 * prefix `abt_` so that this pattern can be exact) and whatever follows "Bearer".
 */
export const redactSecrets = (text: string): string =>
  text.replace(/abt_[0-9A-Za-z_-]+/g, 'abt_[redacted]').replace(/(bearer\s+)[^\s"',]+/gi, '$1[redacted]');
