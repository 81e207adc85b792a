import { AgentBrainError, type ErrorCode } from '@agent-brain/contract/errors';

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  code: Extract<ErrorCode, 'CONFIG_INVALID' | 'CONFIG_KEY_UNKNOWN'>;
  /** A file, a variable, or the command line. */
  source: string;
  /** Dotted; absent when a whole file is wrong. */
  key?: string;
  pointer: string;
  /** The whole sentence, with source, key and value. */
  message: string;
}

/** More are counted, not listed: a file can be wrong at a hundred thousand places. */
const MAX_LISTED = 50;

/** One error for all problems: it reads like the first one, and carries the first fifty. */
export function configError(problems: readonly [ConfigProblem, ...ConfigProblem[]]): AgentBrainError {
  const [first, ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new AgentBrainError(first.code, first.message + more, {
    errors: problems.slice(0, MAX_LISTED).map(({ pointer, message }) => ({ pointer, message })),
    data: { source: first.source, ...(first.key === undefined ? {} : { key: first.key }) },
  });
}

/** JSON pointer (RFC 6901) of a dotted key, and of a place in its value. */
export const pointerOf = (key: string, inValue: readonly PropertyKey[] = []): string =>
  [...key.split('.'), ...inValue.map(String)].map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const MAX_SHOWN = 60;

/** A value as it is shown in a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}
