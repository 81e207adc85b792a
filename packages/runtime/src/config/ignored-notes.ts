import type { IgnoredKey } from './config-layer.ts';

const MAX_NAMED = 10;

/** What a user should know about keys of a project's file that it may not set: a sentence each, with key and file. */
export function ignoredNotes(ignored: readonly IgnoredKey[]): string[] {
  const named = ignored.slice(0, MAX_NAMED).map(({ key, file, reason }) => `${shortened(key)} in ${file} is ignored: ${reason}`);
  const left = ignored.length - MAX_NAMED;
  return left > 0 ? [...named, `${left} more keys in ${ignored[0]?.file ?? ''} are ignored for the same reason`] : named;
}

const shortened = (key: string): string => (key.length > 80 ? `${key.slice(0, 80)}…` : key);
