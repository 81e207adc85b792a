import { spawn } from 'node:child_process';
import type { Sample } from './bench.ts';

/** Runs a program to its end; rejects with its output when it fails. */
export function runProgram(argv: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => output.push(bytes));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(output).toString('utf8');
      if (code === 0) resolve(text);
      else reject(new Error(`node ${argv.join(' ')} ended with ${code}:\n${text}`));
    });
  });
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The yardstick of everything that starts a process. */
export const bareNode: { name: string; sample: Sample } = {
  name: '`node -e 0`',
  sample: () => timed(() => runProgram(['-e', '0'], process.env)),
};
