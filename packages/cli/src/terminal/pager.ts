import { spawn } from 'node:child_process';
import type { Output } from './output.ts';

export interface PagerRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--no-pager` was given. */
  readonly refused: boolean;
}

/** Quit at once when it fits one screen after all, keep colours and links, leave the text on the screen. */
const lessOptions = 'FRX';

/**
 * Prints a result; one that is longer than the screen through the pager of the person: AGENT_BRAIN_PAGER, then PAGER,
 * then less. Empty or `cat` means none, as for git. A pager that cannot be started is no reason to show nothing.
 */
export async function printPaged(output: Output, text: string, request: PagerRequest): Promise<void> {
  const printable = output.printable(text);
  const command = request.env['AGENT_BRAIN_PAGER'] ?? request.env['PAGER'] ?? 'less';
  const isLong = screenLines(printable, output.columns) >= output.rows;
  const isWanted = output.redrawable && !request.refused && isLong && !['', 'cat'].includes(command.trim());
  if (!isWanted || !(await page(command, printable, request.env))) output.print(text);
}

/** Lines on the screen, those that wrap counted as often as they are wide; colours and links take no room. */
function screenLines(text: string, columns: number): number {
  const bare = text.replace(/\u001b\[[0-9;]*m|\u001b\]8;;[^\u001b]*\u001b\\/g, '');
  return bare.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), -1);
}

/** @returns whether the pager has shown it */
function page(command: string, text: string, env: PagerRequest['env']): Promise<boolean> {
  return new Promise((resolve) => {
    // The variable is the person's own and may hold arguments: a shell reads it, as git does.
    const pager = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: { LESS: lessOptions, LV: '-c', ...env } });
    // Ctrl-C is a key of the pager; it would end us and leave the pager without its text.
    const ignore = (): void => {};
    const listeners = process.listeners('SIGINT');
    process.removeAllListeners('SIGINT').on('SIGINT', ignore);
    const end = (shown: boolean): void => {
      process.off('SIGINT', ignore);
      for (const listener of listeners) process.on('SIGINT', listener);
      resolve(shown);
    };
    pager.on('error', () => end(false));
    // 126 and 127: the shell found no such program, or could not run it.
    pager.on('close', (code) => end(code !== 126 && code !== 127));
    // Who quits before the end closes the pipe.
    pager.stdin.on('error', ignore);
    pager.stdin.end(text);
  });
}
