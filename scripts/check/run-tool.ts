import { spawn } from 'node:child_process';
import path from 'node:path';

export interface ToolResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a program of `node_modules/.bin` under `root` and collects its output; never rejects on a non-zero exit. */
export function runTool(root: string, program: string, argv: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(root, 'node_modules', '.bin', program), argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== null) reject(new Error(`${program} was ended by ${signal}`));
      else resolve({ exitCode: code ?? 1, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}

export const outputLines = ({ stdout, stderr }: ToolResult): string[] =>
  `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
