import type { Call } from './command.ts';

/** The end of a command whose question was answered with no. */
export function declined({ terminal }: Call): undefined {
  terminal.note('Nothing was removed.');
}
