import { plannedKeys } from '@agent-brain/contract/config';
import { type ConfigProblem, pointerOf } from '../config-files/index.ts';
import { nearestName } from '@agent-brain/contract/names';

/** A file may hold a hundred thousand keys; a person reads a few. */
const MAX_NAMED = 20;
const MAX_KEY_LENGTH = 80;

/** What is wrong about the keys of one file that this program does not know. */
export interface UnknownKeys {
  /** Near a key that there is: a slip of the pen, and what was wanted would not happen. */
  readonly problems: ConfigProblem[];
  /** Anything else: a newer version or another program may have written it. Each a sentence. */
  readonly warnings: string[];
}

/**
 * @param keys dotted, in the order of the file
 * @param known names that may be meant
 */
export function judgeUnknownKeys(keys: readonly string[], file: string, known: readonly string[]): UnknownKeys {
  const found: UnknownKeys = { problems: [], warnings: [] };
  for (const key of keys.slice(0, MAX_NAMED)) {
    const name = key.length > MAX_KEY_LENGTH ? `${key.slice(0, MAX_KEY_LENGTH)}…` : key;
    const meant = isPlanned(key) ? undefined : nearestName(key, known);
    if (isPlanned(key)) found.warnings.push(`The configuration ${file} has the key "${name}", which has no effect in this version`);
    else if (meant === undefined) found.warnings.push(`The configuration ${file} has the unknown key "${name}", which is ignored`);
    else found.problems.push(unknownKey(key, file, `The configuration ${file} has the unknown key "${name}"`, meant));
  }
  const left = keys.length - MAX_NAMED;
  if (left > 0) found.warnings.push(`The configuration ${file} has ${left} more unknown keys, which are ignored`);
  return found;
}

/** @param sentence what is wrong, without a suggestion */
export function unknownKey(key: string, source: string, sentence: string, meant: string | undefined): ConfigProblem {
  const suggestion = meant === undefined ? '' : ` — did you mean "${meant}"?`;
  return { code: 'CONFIG_KEY_UNKNOWN', source, key, pointer: pointerOf(key), message: sentence + suggestion };
}

const isPlanned = (key: string): boolean => plannedKeys.some((planned) => key === planned || key.startsWith(`${planned}.`));
