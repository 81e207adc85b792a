import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Terminal } from './terminal.ts';

/**
 * Asks before something that cannot be undone. Nobody is asked who cannot answer: without a terminal on both ends the
 * confirmation must come as a flag.
 * @returns false when the person says no, or leaves
 * @throws CONFIRMATION_REQUIRED
 */
export async function confirm(terminal: Terminal, question: string, isConfirmed: boolean): Promise<boolean> {
  if (isConfirmed) return true;
  if (!terminal.interactive) {
    throw new AgentBrainError('CONFIRMATION_REQUIRED', `${question} — there is no terminal to ask on`, { hint: 'Repeat with `--yes`.' });
  }
  const prompts = await import('@clack/prompts');
  const answer = await prompts.confirm({ message: question, initialValue: false, output: process.stderr });
  return answer === true;
}
