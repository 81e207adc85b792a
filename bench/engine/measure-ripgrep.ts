import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram } from '@agent-brain/test-harness/requirements';
import { type Measured, percentile, timeEach } from './measures.ts';

/** Reading the whole tree for each question takes long in large ones. */
const QUESTIONS = 16;

/** Of the package that brings it for this platform, else of this machine. */
async function ripgrepProgram(): Promise<string | undefined> {
  try {
    const { rgPath } = await import('@vscode/ripgrep');
    if (existsSync(rgPath)) return rgPath;
  } catch {
    // no such package for this platform
  }
  return findProgram('rg');
}

/** A process per question that lists the files with any of its words: what agents do without an index. Nothing is ranked. */
export async function measureRipgrep(root: string, questions: readonly string[]): Promise<Measured> {
  const program = await ripgrepProgram();
  if (program === undefined)
    return { why: 'ripgrep is not installed (neither the package @vscode/ripgrep for this platform, nor rg on PATH)' };
  const search = (question: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const words = question.split(/\s+/).filter((word) => word.length > 3);
      const args = [
        '--files-with-matches',
        '--ignore-case',
        '--fixed-strings',
        '--no-messages',
        ...words.flatMap((word) => ['-e', word]),
        '.',
      ];
      // 1: nothing was found.
      execFile(program, args, { cwd: root, maxBuffer: 256 * 1024 * 1024 }, (error) =>
        error === null || error.code === 1 ? resolve() : reject(error),
      );
    });
  const times = await timeEach(questions.slice(0, QUESTIONS), 1, search);
  return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95) };
}
