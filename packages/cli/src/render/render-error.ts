import { type AgentBrainError, toProblem } from '@agent-brain/contract/errors';
import { printableJson, printableLine, type Style } from '../terminal/index.ts';

/** An error for a person: what happened and why, what is wrong where, what to do. */
export function renderError(error: AgentBrainError, style: Style, verbose: boolean): string {
  const lines = [`${style('red', `error[${error.code}]:`)} ${printableLine(error.message)}`];
  // A single place with the words of the message is said once.
  for (const { pointer, message } of (error.errors ?? []).filter((place) => place.message !== error.message))
    lines.push(`  ${printableLine(pointer === '' ? '(document)' : pointer)}: ${printableLine(message)}`);
  if (Array.isArray(error.data?.['log_tail']))
    lines.push(...error.data['log_tail'].map((line) => style('dim', `  | ${printableLine(String(line))}`)));
  if (error.hint !== '') lines.push(`  ${style('cyan', '→')} ${printableLine(error.hint)}`);
  if (error.retryAfterS !== undefined) lines.push(`  ${style('cyan', '→')} Worth another try in ${Math.ceil(error.retryAfterS)} s.`);
  if (verbose) lines.push(...trace(error).map((line) => style('dim', `  ${printableLine(line)}`)));
  else if (error.kind === 'internal') lines.push(`  ${style('cyan', '→')} Run the command again with --verbose for the trace.`);
  return lines.join('\n');
}

/** An error for a program: the problem document, on one line. */
export const renderProblem = (error: AgentBrainError): string => printableJson(toProblem(error));

function trace(error: Error): string[] {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    lines.push(...`${depth === 0 ? '' : 'caused by '}${current.stack ?? current.message}`.split('\n'));
    current = current.cause;
  }
  return lines;
}
