import path from 'node:path';

/** Whether `inner` is `outer` or lies beneath it. */
export const isWithin = (outer: string, inner: string): boolean =>
  inner === outer || inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);
